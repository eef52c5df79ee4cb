{{ config(materialized=dbt_rfm.kept_lines()) }}

-- The ledger: all that customers are judged by comes from here.

{%- set filters = dbt_rfm.rfm_order_scopes() -%}
{%- set mapped_details = dbt_rfm.rfm_line_details() -%}
{%- set details = ['product_name', 'region', 'store_code', 'channel', 'payment_method'] -%}
{%- set line_columns = [
    'customer_id', 'order_id', 'line_id', 'ordered_at', 'amount', 'quantity', 'list_amount', 'is_refund',
] + details -%}
{%- set sums = [
    'ordered_at', 'last_line_date', 'amount', 'quantity', 'lines', 'listed_amount', 'list_amount',
    'largest_line',
] %}

with simple_orders as (
    select * from {{ ref('int_rfm__order_sums') }}
    where not is_suspect
),

checked_lines as (
    select * from {{ ref('int_rfm__checked_lines') }}
    where reject_reason is null
),

{%- if filters %}

purchase_lines as (select * from {{ ref('int_rfm__purchase_lines') }}),
{%- endif %}

lines_to_sum as (

    select
        '{{ dbt_rfm.rfm_all_lines() }}' as order_scope,
        coalesce(source_system, '') as source_system,
        {{ line_columns | join(',\n        ') }}
    from checked_lines
    {%- for scheme, predicate in filters.items() %}
    union all
    select
        '{{ scheme }}' as order_scope,
        coalesce(source_system, '') as source_system,
        {{ line_columns | join(',\n        ') }}
    from purchase_lines
    -- On lines of its own, for a filter may end in a comment.
    where (
        {{ predicate }}
    )
    {%- endfor %}

),

orders as (

    select
        '{{ dbt_rfm.rfm_all_lines() }}' as order_scope,
        customer_id,
        order_id,
        source_system,
        false as is_refund,
        {{ sums | join(',\n        ') }}
    from simple_orders
    union all
    -- A refund has a date and an amount of its own and is no order.
    select
        order_scope,
        customer_id,
        order_id,
        source_system,
        is_refund,
        {{ dbt_rfm.rfm_order_sums('lines_to_sum') | indent(8) }}
    from lines_to_sum
    group by
        order_scope,
        customer_id,
        order_id,
        source_system,
        is_refund,
        case when is_refund then cast(ordered_at as date) end

)

select
    order_scope,
    customer_id,
    order_id,
    source_system,
    is_refund,
    ordered_at,
    cast(ordered_at as date) as order_date,
    last_line_date,
    amount,
    quantity,
    lines,
    listed_amount,
    list_amount,
    {%- for column in details %}
    {{ dbt_rfm.packed_detail('largest_line', column, mapped_details, 3) }} as {{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from orders
