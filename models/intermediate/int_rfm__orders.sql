{{ config(materialized='view') }}

-- The orders that are summed line by line: suspect ones, and those of lines that match a scheme's
-- filter. All others int_rfm__order_sums has summed already.

{%- set order_columns = dbt_rfm.rfm_order_columns('lines_to_sum') -%}
{%- set source_system = order_columns[1] | default("''", true) -%}
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

)

select
    lines_to_sum.line_set,
    lines_to_sum.customer_id,
    lines_to_sum.order_id,
    {{ source_system }} as source_system,
    min(lines_to_sum.ordered_at) as ordered_at,
    sum(lines_to_sum.amount) as amount,
    sum(lines_to_sum.quantity) as quantity,
    count(*) as lines,
    1 as orders
from lines_to_sum
where not lines_to_sum.is_refund
group by
    lines_to_sum.line_set,
    lines_to_sum.customer_id,
    {{ order_columns | join(',\n    ') }}
{%- if dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}
union all
-- A refund has a date and an amount of its own and is no order.
select
    lines_to_sum.line_set,
    lines_to_sum.customer_id,
    lines_to_sum.order_id,
    {{ source_system }} as source_system,
    lines_to_sum.ordered_at,
    lines_to_sum.amount,
    lines_to_sum.quantity,
    1 as lines,
    0 as orders
from lines_to_sum
where lines_to_sum.is_refund
{%- endif %}
