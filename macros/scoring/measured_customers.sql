{# A query: what each customer did by each scheme, in the columns that are scored; the details of the
   last order are null for earlier as-of dates than the latest. Relations:
     periods      rows of int_rfm__periods, one a scheme and measured_on
     totals       rows of int_rfm__customer_totals
     identities   one row a customer_id, with an identity
     measures     rows of int_rfm__customer_measures #}
{% macro measured_customers(periods, totals, identities, measures) -%}
{%- set money = dbt_rfm.type_decimal(28, 6) -%}
{%- set order_measures = dbt_rfm.order_measures() -%}
{%- set own_measures = dbt_rfm.own_measure_metrics() -%}
{%- set of_last_order = ['product_name', 'region', 'store_code'] -%}
{%- set details = dbt_rfm.last_order_details() -%}
with ends as (

    select
        periods.scheme,
        periods.measured_on,
        periods.order_scope,
        case
            when periods.window_start > periods.orders_until then periods.orders_until
            else {{ dbt_rfm.add_days('periods.window_start', -1) }}
        end as day_before_window,
        totals.customer_id,
        {%- for measure in order_measures.values() %}
        totals.{{ measure }},
        {%- endfor %}
        totals.first_ordered_at,
        totals.last_ordered_at,
        case when periods.is_latest then totals.last_order end as last_order
    from {{ periods }} as periods
    inner join {{ totals }} as totals
        on
            periods.order_scope = totals.order_scope
            and periods.orders_until between totals.first_day and totals.last_day

),

-- What was ordered in a window is what was ordered up to its end less what was before its start.
summed as (

    select
        ends.scheme,
        ends.measured_on,
        ends.customer_id,
        {%- for measure in order_measures.values() %}
        ends.{{ measure }} as {{ measure }}_ever,
        ends.{{ measure }} - coalesce(starts.{{ measure }}, 0) as {{ measure }}_in_window,
        {%- endfor %}
        ends.first_ordered_at,
        ends.last_ordered_at,
        ends.last_order
    from ends
    left join {{ totals }} as starts
        on
            ends.order_scope = starts.order_scope
            and ends.customer_id = starts.customer_id
            and ends.day_before_window between starts.first_day and starts.last_day

),

population as (

    select
        summed.*,
        periods.as_of_date,
        periods.is_latest,
        periods.window_start,
        {%- for metric, measure in order_measures.items() %}
        case
            when periods.{{ metric }}_window = 'all' then summed.{{ measure }}_ever
            else summed.{{ measure }}_in_window
        end as {{ metric }},
        {%- endfor %}
        {%- for measure in ['amount', 'orders'] %}
        case
            when periods.average_order_value_window = 'all' then summed.{{ measure }}_ever
            else summed.{{ measure }}_in_window
        end as averaged_{{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from summed
    inner join {{ periods }} as periods
        on
            summed.scheme = periods.scheme
            and summed.measured_on = periods.measured_on
    where
        summed.orders_in_window > 0
        or (periods.population = 'ever_ordered' and summed.orders_ever > 0)

)

select
    population.scheme,
    population.as_of_date,
    population.is_latest,
    population.measured_on,
    population.customer_id,
    population.window_start,
    cast({{ dbt.datediff(
        'cast(population.last_ordered_at as date)', 'population.measured_on', 'day'
    ) }} as integer) as recency_days,
    cast(population.frequency as bigint) as frequency,
    cast(population.monetary as {{ money }}) as monetary,
    cast(population.quantity as bigint) as quantity,
    cast(
        case
            when population.averaged_orders = 0 then 0
            else {{ dbt_rfm.divide_half_up(
                'population.averaged_amount', 'population.averaged_orders'
            ) }}
        end as {{ money }}
    ) as average_order_value,
    {%- for metric in own_measures %}
    own_measures.{{ metric }},
    {%- endfor %}
    coalesce(identities.identity, 'unknown') as {{ dbt_rfm.column_name('identity') }},
    {%- for measure in order_measures.values() %}
    population.{{ measure }}_ever,
    {%- endfor %}
    population.first_ordered_at,
    population.last_ordered_at,
    {{ dbt_rfm.sortable_part('population.last_order', 2, dbt.type_string()) }} as last_order_id,
    {{ dbt_rfm.sortable_part('population.last_order', 4, dbt_rfm.type_decimal(28, 6)) }}
        as last_order_amount
    {%- for detail in of_last_order %},
    {{ dbt_rfm.packed_detail('population.last_order', detail, details, 5) }} as last_{{ detail }}
    {%- endfor %}
from population
left join {{ identities }} as identities
    on population.customer_id = identities.customer_id
{%- if own_measures %}
left join {{ measures }} as own_measures
    on
        population.scheme = own_measures.scheme
        and population.measured_on = own_measures.measured_on
        and population.customer_id = own_measures.customer_id
{%- endif %}
{%- endmacro %}
