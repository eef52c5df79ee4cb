with simple_orders as (

    select * from {{ ref('int_rfm__order_sums') }}
    where not is_suspect

),

orders as (

    select * from {{ ref('int_rfm__orders') }}

),

line_dates as (

    select * from {{ ref('int_rfm__line_dates') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

date_slices as (

    {{ dbt_rfm.rfm_date_slices('periods', 'line_dates') | indent(4) }}

)

select
    '{{ dbt_rfm.rfm_all_lines() }}' as line_set,
    customer_id,
    slice_start,
    first_ordered_at,
    last_order,
    lines,
    orders,
    amount,
    quantity
from simple_orders
union all
select
    orders.line_set,
    orders.customer_id,
    date_slices.slice_start,
    min(case when orders.orders = 1 then orders.ordered_at end) as first_ordered_at,
    max(
        case when orders.orders = 1 then {{ dbt_rfm.rfm_sortable_order('orders') }} end
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
