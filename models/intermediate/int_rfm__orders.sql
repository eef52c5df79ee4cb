{{ config(materialized='view') }}

{%- set order_columns = ['scheme_lines.customer_id'] + dbt_rfm.rfm_order_columns('scheme_lines') -%}
{%- set line_is_order = dbt_rfm.rfm_column_map('orders').line_id is none %}

with scheme_lines as (

    select * from {{ ref('int_rfm__scheme_lines') }}

)

select
    scheme_lines.line_set,
    scheme_lines.customer_id,
    scheme_lines.order_id,
    {{ order_columns[2] | default("''", true) }} as source_system,
    {%- if line_is_order %}
    scheme_lines.ordered_at,
    scheme_lines.amount,
    scheme_lines.quantity,
    1 as lines,
    {%- else %}
    min(scheme_lines.ordered_at) as ordered_at,
    sum(scheme_lines.amount) as amount,
    sum(scheme_lines.quantity) as quantity,
    count(*) as lines,
    {%- endif %}
    1 as orders
from scheme_lines
where not scheme_lines.is_refund
{%- if not line_is_order %}
group by
    scheme_lines.line_set,
    {{ order_columns | join(',\n    ') }}
{%- endif %}
{%- if dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}
union all
-- A refund has a date and an amount of its own and is no order.
select
    scheme_lines.line_set,
    scheme_lines.customer_id,
    scheme_lines.order_id,
    {{ order_columns[2] | default("''", true) }} as source_system,
    scheme_lines.ordered_at,
    scheme_lines.amount,
    scheme_lines.quantity,
    1 as lines,
    0 as orders
from scheme_lines
where scheme_lines.is_refund
{%- endif %}
