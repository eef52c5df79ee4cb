-- The orders of int_rfm__customer_slices again, by the slices that the windows of the next refresh
-- are made of: they begin on other days than those of today.

with next_periods as (

    select * from {{ ref('int_rfm__next_periods') }}

),

scheme_lines as (

    select * from {{ ref('int_rfm__scheme_lines') }}

),

line_dates as (

    select * from {{ ref('int_rfm__line_dates') }}

),

orders as (

    {{ dbt_rfm.rfm_orders_of('scheme_lines') | indent(4) }}

),

date_slices as (

    {{ dbt_rfm.rfm_date_slices('next_periods', 'line_dates') | indent(4) }}

)

select
    orders.line_set,
    orders.customer_id,
    date_slices.slice_start,
    min(case when orders.orders = 1 then orders.ordered_at end) as first_ordered_at,
    max(
        case when orders.orders = 1 then {{ dbt_rfm.rfm_sortable_order('orders') }} end
    ) as last_order,
    cast(sum(orders.orders) as bigint) as orders,
    cast(sum(orders.amount) as {{ dbt_rfm.type_decimal(28, 6) }}) as amount,
    cast(sum(orders.quantity) as bigint) as quantity
from orders
inner join date_slices
    on cast(orders.ordered_at as date) = date_slices.line_date
group by
    orders.line_set,
    orders.customer_id,
    date_slices.slice_start
