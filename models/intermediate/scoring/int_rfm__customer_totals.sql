-- What each customer had ordered, in all, up to the days before which a window begins or with which
-- it ends. So orders are summed once for all schemes and dates, and any window is a difference.

{%- set money = dbt_rfm.type_decimal(38, 6) -%}
{%- set up_to_row -%}
partition by order_scope, customer_id order by first_day
rows between unbounded preceding and current row
{%- endset %}

with periods as (select * from {{ ref('int_rfm__periods') }}),

as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

orders as (select * from {{ ref('int_rfm__orders') }}),

order_days as (

    select distinct order_date
    from orders

),

edge_days as (

    select window_start as first_day
    from periods
    where window_start is not null
    union all
    select {{ dbt_rfm.add_days('orders_until', 1) }} as first_day
    from periods
    union all
    select {{ dbt_rfm.add_days('outcome_until', 1) }} as first_day
    from as_of_dates
    where is_outcome_complete

),

first_days as (

    select distinct first_day
    from edge_days

),

-- Between two first days no window begins or ends.
day_ranges as (

    select
        order_days.order_date,
        coalesce(max(first_days.first_day), cast('0001-01-01' as date)) as first_day
    from order_days
    left join first_days
        on order_days.order_date >= first_days.first_day
    group by order_days.order_date

),

range_sums as (

    select
        orders.order_scope,
        orders.customer_id,
        day_ranges.first_day,
        sum(case when orders.is_refund then 0 else 1 end) as orders,
        sum(orders.amount) as amount,
        sum(orders.quantity) as quantity,
        min(case when not orders.is_refund then orders.ordered_at end) as first_ordered_at,
        max(case when not orders.is_refund then orders.ordered_at end) as last_ordered_at,
        max(case when not orders.is_refund then {{
            dbt_rfm.by_bytes(dbt_rfm.sortable(dbt_rfm.last_order_values('orders')))
        }} end) as last_order
    from orders
    inner join day_ranges
        on orders.order_date = day_ranges.order_date
    group by orders.order_scope, orders.customer_id, day_ranges.first_day

)

select
    order_scope,
    customer_id,
    first_day,
    coalesce(
        {{ dbt_rfm.add_days(
            'lead(first_day) over (partition by order_scope, customer_id order by first_day)', -1
        ) }},
        cast('9999-12-31' as date)
    ) as last_day,
    {%- for measure in dbt_rfm.order_measures().values() %}
    {%- set type = money if measure == 'amount' else 'bigint' %}
    cast(sum({{ measure }}) over ({{ up_to_row | indent(8) }}) as {{ type }}) as {{ measure }},
    {%- endfor %}
    min(first_ordered_at) over ({{ up_to_row | indent(8) }}) as first_ordered_at,
    max(last_ordered_at) over ({{ up_to_row | indent(8) }}) as last_ordered_at,
    max({{ dbt_rfm.by_bytes('last_order') }}) over ({{ up_to_row | indent(8) }}) as last_order
from range_sums
