{# A query: the orders of lines, and each refund line by itself. `lines` is a relation with line_set,
   customer_id, order_id, source_system, ordered_at, amount, quantity and is_refund; an order has 1 in
   the column orders, a refund 0. #}
{% macro rfm_orders_of(lines) -%}
{%- set order_columns = dbt_rfm.rfm_order_columns(lines) -%}
{%- set source_system = order_columns[1] | default("''", true) -%}
select
    {{ lines }}.line_set,
    {{ lines }}.customer_id,
    {{ lines }}.order_id,
    {{ source_system }} as source_system,
    min({{ lines }}.ordered_at) as ordered_at,
    sum({{ lines }}.amount) as amount,
    sum({{ lines }}.quantity) as quantity,
    count(*) as lines,
    1 as orders
from {{ lines }}
where not {{ lines }}.is_refund
group by
    {{ lines }}.line_set,
    {{ lines }}.customer_id,
    {{ order_columns | join(',\n    ') }}
{%- if dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}
union all
-- A refund has a date and an amount of its own and is no order.
select
    {{ lines }}.line_set,
    {{ lines }}.customer_id,
    {{ lines }}.order_id,
    {{ source_system }} as source_system,
    {{ lines }}.ordered_at,
    {{ lines }}.amount,
    {{ lines }}.quantity,
    1 as lines,
    0 as orders
from {{ lines }}
where {{ lines }}.is_refund
{%- endif %}
{%- endmacro %}
