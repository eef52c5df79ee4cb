with orders as (

    select * from {{ ref('int_rfm__orders') }}

),

date_slices as (

    select * from {{ ref('int_rfm__date_slices') }}

)

select
    orders.line_set,
    orders.customer_id,
    date_slices.slice_start,
    min(case when orders.orders = 1 then orders.ordered_at end) as first_ordered_at,
    max(case when orders.orders = 1 then orders.ordered_at end) as last_ordered_at,
    sum(orders.lines) as lines,
    sum(orders.orders) as orders,
    sum(orders.amount) as amount,
    sum(orders.quantity) as quantity
from orders
inner join date_slices
    on orders.order_date = date_slices.line_date
group by
    orders.line_set,
    orders.customer_id,
    date_slices.slice_start
