{# A query: the customers in each bucket of values, and in the buckets below. `values` is a relation
   with the keys, a value, its value_bucket and the number of customers that a row counts. The windows
   run over buckets, which are few, and never over customers. #}
{% macro value_buckets(values, keys, are_text=false) -%}
{%- set in_order = dbt_rfm.by_bytes('value_bucket') if are_text else 'value_bucket' -%}
with counted as (

    select
        {{ keys | join(',\n        ') }},
        value_bucket,
        sum(customers) as customers
    from {{ values }}
    group by
        {{ keys | join(',\n        ') }},
        value_bucket

)

select
    {{ keys | join(',\n    ') }},
    value_bucket,
    cast(customers as bigint) as customers,
    cast(
        sum(customers) over (
            partition by {{ keys | join(', ') }}
            order by {{ in_order }}
            rows between unbounded preceding and current row
        ) - customers as bigint
    ) as customers_below,
    cast(sum(customers) over (partition by {{ keys | join(', ') }}) as bigint) as all_customers
from counted
{%- endmacro %}
