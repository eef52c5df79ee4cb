{# A query: rows of a metric's value, with the smallest change that reaches a better bin. `values` is a
   relation with metric, method, value, customer_id and the bin's bounds as next_score,
   next_lower_bound, next_lower_inclusive, next_upper_bound, next_upper_inclusive and
   next_last_customer_id; it gets `step`, the smallest change that counts, and `distance_to_next`, null
   without a next_score. #}
{% macro distances_to_next(values) -%}
with gaps as (

    select
        *,
        -- How far the next better bin is, and whether its near bound belongs to it.
        case
            when value <= next_lower_bound then next_lower_bound - value
            else value - next_upper_bound
        end as gap,
        case
            when method = 'ntile'
                then
                    {{ dbt_rfm.by_bytes('customer_id') }}
                    < {{ dbt_rfm.by_bytes('next_last_customer_id') }}
            when value <= next_lower_bound then next_lower_inclusive
            else next_upper_inclusive
        end as is_bound_reached,
        case
            when metric in ('monetary', 'average_order_value')
                then cast(0.01 as {{ dbt_rfm.type_decimal(28, 6) }})
            when metric in ({{ dbt_rfm.text_list(dbt_rfm.own_measure_metrics()) }})
                then cast(0.000001 as {{ dbt_rfm.type_decimal(28, 6) }})
            else cast(1 as {{ dbt_rfm.type_decimal(28, 6) }})
        end as step
    from {{ values }}

)

select
    *,
    case
        when next_score is null then null
        when method = 'ntile' and gap = 0 then 0
        when is_bound_reached and mod(gap, step) = 0 then gap
        else gap - mod(gap, step) + step
    end as distance_to_next
from gaps
{%- endmacro %}
