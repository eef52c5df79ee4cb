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
    -- Orders of one moment: the greatest order id, by bytes, is the last.
    max(
        case
            when orders.orders = 1
                then {{ dbt_rfm.by_bytes(dbt_rfm.sortable(
                    ['orders.ordered_at', 'orders.order_id', 'orders.source_system', 'orders.amount']
                )) }}
        end
    ) as last_order,
    cast(sum(orders.lines) as bigint) as lines,
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
