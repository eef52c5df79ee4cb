{{ config(materialized='view') }}

{#- Without a category there is nothing to look up. -#}
{%- set has_categories = dbt_rfm.rfm_column_map('orders').category is not none -%}
{%- set categories = 'category_aliases.category, unique_lines.category, ' if has_categories -%}
{%- set has_limit = dbt_rfm.rfm_setting('rfm_max_order_quantity') is not none %}

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
    coalesce({{ categories }}'未知') as category,
    unique_lines.channel,
    unique_lines.payment_method,
    unique_lines.store_code,
    coalesce(unique_lines.region, '未知') as region,
    unique_lines.source_system,
    unique_lines.is_refund
from unique_lines
{%- if has_categories %}
left join category_aliases
    on unique_lines.category = category_aliases.alias
{%- endif %}
{%- if has_limit %}
left join absurd_orders
    on
        unique_lines.order_id = absurd_orders.order_id
        and unique_lines.customer_id = absurd_orders.customer_id
        and coalesce(unique_lines.source_system, '') = absurd_orders.source_system
{%- endif %}
{%- if has_limit %}
where absurd_orders.order_id is null
{%- endif %}
