-- Counted once and written, for what is looked for in them reads them several times.

{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') %}

with customer_metrics as (select * from {{ ref('int_rfm__customer_metrics') }}),

ranked_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
    where method in ('ntile', 'quantile')
),

counted as (

    {%- for metric in measured %}
    {%- set column = 'customer_metrics.' ~ dbt_rfm.metric_column(metric) %}

    select
        customer_metrics.scheme,
        customer_metrics.as_of_date,
        '{{ metric }}' as metric,
        ranked_metrics.method,
        {{ dbt_rfm.decimal(column) }} as value,
        count(*) as customers
    from customer_metrics
    inner join ranked_metrics
        on
            customer_metrics.scheme = ranked_metrics.scheme
            and ranked_metrics.metric = '{{ metric }}'
    where {{ column }} is not null
    group by
        customer_metrics.scheme,
        customer_metrics.as_of_date,
        ranked_metrics.method,
        {{ column }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    scheme,
    as_of_date,
    metric,
    method,
    value,
    {{ dbt_rfm.value_bucket('value') }} as value_bucket,
    customers
from counted
