{{ config(materialized='ephemeral') }}

-- What was scored: a row for each customer and metric of the scheme.

with graded_customers as (

    select * from {{ ref('int_rfm__graded_customers') }}

),

scheme_metrics as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}

),

scored as (

    select
        graded_customers.scheme,
        graded_customers.as_of_date,
        graded_customers.customer_id,
        graded_customers.identity,
        scheme_metrics.metric,
        scheme_metrics.method,
        scheme_metrics.weight,
        {{ dbt_rfm.metric_value('scheme_metrics.metric', 'graded_customers') }} as value,
        case scheme_metrics.metric
            {%- for metric in dbt_rfm.rfm_allowed_values('metric') %}
            when '{{ metric }}' then graded_customers.{{ metric }}_score
            {%- endfor %}
        end as score
    from graded_customers
    inner join scheme_metrics
        on graded_customers.scheme = scheme_metrics.scheme

)

select
    scheme,
    as_of_date,
    customer_id,
    metric,
    method,
    weight,
    value,
    score,
    case method
        when 'min_max' then 'range'
        when 'lookup' then {{ dbt_rfm.column_name('identity') }}
        else {{ dbt_rfm.plain_decimal('score') }}
    end as bin
from scored
