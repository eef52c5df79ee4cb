{{ config(materialized='view') }}

-- The orders that are summed line by line: suspect ones, and those of lines that match a scheme's
-- filter. All others int_rfm__order_sums has summed already.

{%- set all_lines = dbt_rfm.rfm_all_lines() -%}
{%- set line_columns = [
    'customer_id', 'order_id', 'source_system', 'ordered_at', 'amount', 'quantity', 'is_refund',
] %}

with checked_lines as (

    select * from {{ ref('int_rfm__checked_lines') }}
    where reject_reason is null

),

scheme_lines as (

    select * from {{ ref('int_rfm__scheme_lines') }}

),

lines_to_sum as (

    select
        '{{ all_lines }}' as line_set,
        {{ line_columns | join(',\n        ') }}
    from checked_lines
    union all
    select
        line_set,
        {{ line_columns | join(',\n        ') }}
    from scheme_lines
    where line_set <> '{{ all_lines }}'

),

orders as (

    {{ dbt_rfm.rfm_orders_of('lines_to_sum') | indent(4) }}

)

select * from orders
