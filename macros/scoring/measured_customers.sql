{# A query: what each customer did by each scheme, in the columns that are scored. Relations:
     periods      rows of int_rfm__periods, one a scheme and measured_on
     orders       rows of int_rfm__orders
     identities   one row a customer_id, with an identity #}
{% macro measured_customers(periods, orders, identities) -%}
{%- set money = dbt_rfm.type_decimal(28, 6) -%}
{%- set of_last_order = ['product_name', 'region', 'store_code'] -%}
{%- set details = of_last_order | select('in', dbt_rfm.rfm_line_details()) | list -%}
{%- set last_order = ['orders.ordered_at', 'orders.order_id', 'orders.source_system', 'orders.amount'] -%}
{%- for detail in details -%}
    {%- do last_order.append('coalesce(orders.' ~ detail ~ ", '')") -%}
{%- endfor -%}
{%- set is_in_window -%}
periods.window_start is null or day_sums.first_day >= periods.window_start
{%- endset -%}
with order_days as (

    select distinct order_date
    from {{ orders }}

),

-- Every window is made of whole ranges of days: between two of these no window begins or ends.
first_days as (

    select window_start as first_day
    from {{ periods }}
    where window_start is not null
    union all
    select {{ dbt_rfm.add_days('orders_until', 1) }} as first_day
    from {{ periods }}

),

day_ranges as (

    select
        order_days.order_date,
        coalesce(max(first_days.first_day), cast('0001-01-01' as date)) as first_day
    from order_days
    left join first_days
        on order_days.order_date >= first_days.first_day
    group by order_days.order_date

),

-- So orders are summed once for all schemes.
day_sums as (

    select
        orders.order_scope,
        orders.customer_id,
        day_ranges.first_day,
        sum(case when orders.is_refund then 0 else 1 end) as orders,
        sum(orders.amount) as amount,
        sum(orders.quantity) as quantity,
        min(case when not orders.is_refund then orders.ordered_at end) as first_ordered_at,
        max(case when not orders.is_refund then {{
            dbt_rfm.by_bytes(dbt_rfm.sortable(last_order))
        }} end) as last_order
    from {{ orders }} as orders
    inner join day_ranges
        on orders.order_date = day_ranges.order_date
    group by orders.order_scope, orders.customer_id, day_ranges.first_day

),

summed as (

    select
        periods.scheme,
        periods.measured_on,
        day_sums.customer_id,
        {%- for measure in ['orders', 'amount', 'quantity'] %}
        sum(day_sums.{{ measure }}) as {{ measure }}_ever,
        sum(case when {{ is_in_window }} then day_sums.{{ measure }} else 0 end)
            as {{ measure }}_in_window,
        {%- endfor %}
        min(day_sums.first_ordered_at) as first_ordered_at,
        max({{ dbt_rfm.by_bytes('day_sums.last_order') }}) as last_order
    from {{ periods }} as periods
    inner join day_sums
        on
            periods.order_scope = day_sums.order_scope
            and periods.orders_until >= day_sums.first_day
    group by periods.scheme, periods.measured_on, day_sums.customer_id

),

population as (

    select
        summed.*,
        periods.as_of_date,
        periods.window_start,
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
    coalesce(identities.identity, 'unknown') as {{ dbt_rfm.column_name('identity') }},
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
{%- endmacro %}
