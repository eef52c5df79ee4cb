{{ config(materialized='view') }}

-- The orders that schemes are measured on. Of all lines most orders are summed already; the lines
-- of suspect orders, and those that match a scheme's filter, are summed here. Where a line is an
-- order there is nothing to sum.

{%- set order_columns = dbt_rfm.rfm_order_columns('lines_to_sum') -%}
{%- set source_system = order_columns[1] | default("''", true) -%}
{%- set line_is_order = dbt_rfm.rfm_line_is_order() -%}
{%- set all_lines = dbt_rfm.rfm_all_lines() -%}
{%- set are_summed = dbt_rfm.rfm_order_sums_are_read() -%}
{%- set line_columns = [
    'customer_id', 'order_id', 'source_system', 'ordered_at', 'amount', 'quantity', 'is_refund',
] %}

with order_sums as (

    select * from {{ ref('stg_rfm__order_sums') }}
    where not is_suspect

),

checked_lines as (

    select * from {{ ref('stg_rfm__checked_lines') }}
    where reject_reason is null

),

scheme_lines as (

    select * from {{ ref('int_rfm__scheme_lines') }}

),

lines_to_sum as (

    {%- if are_summed %}
    select
        '{{ all_lines }}' as line_set,
        {{ line_columns | join(',\n        ') }}
    from checked_lines
    union all
    {%- endif %}
    select
        line_set,
        {{ line_columns | join(',\n        ') }}
    from scheme_lines
    {%- if are_summed %}
    where line_set <> '{{ all_lines }}'
    {%- endif %}

)

{% if are_summed -%}
select
    '{{ all_lines }}' as line_set,
    customer_id,
    order_id,
    source_system,
    ordered_at,
    amount,
    quantity,
    lines,
    1 as orders
from order_sums
union all
{% endif -%}
select
    lines_to_sum.line_set,
    lines_to_sum.customer_id,
    lines_to_sum.order_id,
    {{ source_system }} as source_system,
    {%- if line_is_order %}
    lines_to_sum.ordered_at,
    lines_to_sum.amount,
    lines_to_sum.quantity,
    1 as lines,
    {%- else %}
    min(lines_to_sum.ordered_at) as ordered_at,
    sum(lines_to_sum.amount) as amount,
    sum(lines_to_sum.quantity) as quantity,
    count(*) as lines,
    {%- endif %}
    1 as orders
from lines_to_sum
where not lines_to_sum.is_refund
{%- if not line_is_order %}
group by
    lines_to_sum.line_set,
    lines_to_sum.customer_id,
    {{ order_columns | join(',\n    ') }}
{%- endif %}
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
