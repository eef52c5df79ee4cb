{{ config(materialized='view') }}

{%- set order_columns = ['customer_id'] + dbt_rfm.rfm_order_columns('scheme_lines') -%}
{%- set line_is_order = dbt_rfm.rfm_column_map('orders').line_id is none %}

with scheme_lines as (

    select * from {{ ref('int_rfm__scheme_lines') }}

)

select
    line_set,
    customer_id,
    order_id,
    {{ order_columns[2] | default("''", true) }} as source_system,
    {%- if line_is_order %}
    ordered_at,
    amount,
    quantity,
    1 as lines,
    {%- else %}
    min(ordered_at) as ordered_at,
    sum(amount) as amount,
    sum(quantity) as quantity,
    count(*) as lines,
    {%- endif %}
    1 as orders
from scheme_lines
where not is_refund
{%- if not line_is_order %}
group by
    line_set,
    {{ order_columns | join(',\n    ') }}
{%- endif %}
{%- if dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}
union all
-- A refund has a date and an amount of its own and is no order.
select
    line_set,
    customer_id,
    order_id,
    {{ order_columns[2] | default("''", true) }} as source_system,
    ordered_at,
    amount,
    quantity,
    1 as lines,
    0 as orders
from scheme_lines
where is_refund
{%- endif %}
