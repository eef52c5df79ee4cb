{# A query: the sums of orders by set of lines, customer and slice. It reads the CTEs orders, as
   rfm_orders_of has them, and date_slices, as rfm_date_slices has them. #}
{% macro rfm_sliced_orders() -%}
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
{%- endmacro %}
