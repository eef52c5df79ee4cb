{# A query: how many customers have each value of some metrics, and the value_bucket it lies in.
     customers   rows of int_rfm__customer_metrics
     metrics     rows of rfm_scheme_metrics, those to be counted #}
{% macro metric_values(customers, metrics) -%}
{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
with counted as (

    {%- for metric in measured %}
    {%- set column = customers ~ '.' ~ dbt_rfm.metric_column(metric) %}

    select
        {{ customers }}.scheme,
        {{ customers }}.as_of_date,
        '{{ metric }}' as metric,
        {{ dbt_rfm.decimal(column) }} as value,
        count(*) as customers
    from {{ customers }}
    inner join {{ metrics }}
        on
            {{ customers }}.scheme = {{ metrics }}.scheme
            and {{ metrics }}.metric = '{{ metric }}'
    group by
        {{ customers }}.scheme,
        {{ customers }}.as_of_date,
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
    value,
    {{ dbt_rfm.value_bucket('value') }} as value_bucket,
    customers
from counted
{%- endmacro %}
