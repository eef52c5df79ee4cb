{{ config(materialized='view') }}

with unique_lines as (

    select * from {{ ref('int_rfm__unique_lines') }}

),

absurd_orders as (

    select * from {{ ref('int_rfm__absurd_orders') }}

),

category_aliases as (

    select * from {{ ref('stg_rfm__category_aliases') }}

)

select
    unique_lines.order_id,
    unique_lines.customer_id,
    unique_lines.ordered_at,
    unique_lines.amount,
    unique_lines.line_id,
    unique_lines.quantity,
    unique_lines.list_amount,
    unique_lines.product_name,
    coalesce(category_aliases.category, unique_lines.category, '未知') as category,
    unique_lines.channel,
    unique_lines.payment_method,
    unique_lines.store_code,
    coalesce(unique_lines.region, '未知') as region,
    unique_lines.source_system,
    unique_lines.is_refund
from unique_lines
left join category_aliases
    on unique_lines.category = category_aliases.alias
left join absurd_orders
    on
        unique_lines.order_id = absurd_orders.order_id
        and unique_lines.customer_id = absurd_orders.customer_id
        and coalesce(unique_lines.source_system, '') = absurd_orders.source_system
where absurd_orders.order_id is null
