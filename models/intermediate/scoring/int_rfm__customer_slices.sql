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
{{ dbt_rfm.rfm_sliced_orders() }}
