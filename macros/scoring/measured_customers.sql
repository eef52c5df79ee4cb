{# A query: what each customer did by each scheme, in the columns that are scored. It reads the CTEs
   periods, customer_slices (a customer's orders of some days, that of `slice_start` being the first)
   and customer_identities. `measured_on` is the column of periods with the day from which recency
   counts; orders count up to the as-of date. #}
{% macro measured_customers(measured_on='as_of_date') -%}
{%- set is_in_window -%}
periods.window_start is null or customer_slices.slice_start >= periods.window_start
{%- endset -%}
with summed as (

    select
        periods.scheme,
        periods.as_of_date,
        customer_slices.customer_id,
        {%- for measure in ['orders', 'amount', 'quantity'] %}
        sum(customer_slices.{{ measure }}) as {{ measure }}_ever,
        sum(case when {{ is_in_window }} then customer_slices.{{ measure }} else 0 end)
            as {{ measure }}_in_window,
        {%- endfor %}
        min(customer_slices.first_ordered_at) as first_ordered_at,
        max({{ dbt_rfm.by_bytes('customer_slices.last_order') }}) as last_order
    from periods
    inner join customer_slices
        on
            periods.line_set = customer_slices.line_set
            and periods.as_of_date >= customer_slices.slice_start
    group by
        periods.scheme,
        periods.as_of_date,
        customer_slices.customer_id

),

population as (

    select
        summed.*,
        periods.window_start,
        periods.line_set,
        {%- if measured_on != 'as_of_date' %}
        periods.{{ measured_on }},
        {%- endif %}
        {{ dbt_rfm.sortable_part('summed.last_order', 1, dbt.type_timestamp()) }}
            as last_ordered_at,
        {%- for metric, measure in {
            'frequency': 'orders', 'monetary': 'amount', 'quantity': 'quantity',
        }.items() %}
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
    inner join periods
        on
            summed.scheme = periods.scheme
            and summed.as_of_date = periods.as_of_date
    where
        summed.orders_in_window > 0
        or (periods.population = 'ever_ordered' and summed.orders_ever > 0)

)

select
    population.scheme,
    population.as_of_date,
    population.customer_id,
    population.line_set,
    population.window_start,
    cast({{ dbt.datediff(
        'cast(population.last_ordered_at as date)', 'population.' ~ measured_on, 'day'
    ) }} as integer) as recency_days,
    cast(population.frequency as bigint) as frequency,
    cast(population.monetary as {{ dbt_rfm.type_decimal(28, 6) }}) as monetary,
    cast(population.quantity as bigint) as quantity,
    cast(
        case
            when population.averaged_orders = 0 then 0
            else {{ dbt_rfm.divide_half_up(
                'population.averaged_amount', 'population.averaged_orders'
            ) }}
        end as {{ dbt_rfm.type_decimal(28, 6) }}
    ) as average_order_value,
    coalesce(customer_identities.identity, 'unknown') as {{ dbt_rfm.column_name('identity') }},
    population.first_ordered_at,
    population.last_ordered_at,
    {{ dbt_rfm.sortable_part('population.last_order', 2, dbt.type_string()) }} as last_order_id,
    {{ dbt_rfm.sortable_part('population.last_order', 3, dbt.type_string()) }}
        as last_source_system,
    {{ dbt_rfm.sortable_part('population.last_order', 4, dbt_rfm.type_decimal(28, 6)) }}
        as last_order_amount
from population
left join customer_identities
    on population.customer_id = customer_identities.customer_id
{%- endmacro %}
