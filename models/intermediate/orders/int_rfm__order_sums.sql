-- One pass over all lines: what each order sums to, and which orders need a close look, for a line
-- of theirs is refused or may stand twice, or they have refunds, several customers or too many
-- pieces. A false alarm costs a look, never a line.

{%- set order_columns = dbt_rfm.rfm_order_columns('order_lines') -%}
{%- set limit = dbt_rfm.rfm_setting('rfm_max_order_quantity') -%}
{%- set has_refunds = dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}

with order_lines as (select * from {{ ref('stg_rfm__orders') }})

select
    {{ order_columns[0] }} as order_id,
    {{ order_columns[1] | default("''", true) }} as source_system,
    min(order_lines.customer_id) as customer_id,
    {{ dbt_rfm.rfm_order_sums('order_lines') | indent(4) }},
    max(
        case
            when order_lines.reject_reason is not null then 1
            {%- if has_refunds %}
            when order_lines.is_refund then 1
            {%- endif %}
            else 0
        end
    ) = 1
    {%- if limit is not none %}
    or sum(order_lines.quantity) >= {{ limit }}
    {%- endif %}
    {%- if dbt_rfm.rfm_line_is_order() %}
    or count(*) > 1
    {%- else %}
    or {{ dbt_rfm.may_repeat('order_lines.line_id') }}
    or min(order_lines.customer_id) <> max(order_lines.customer_id)
    {%- endif %} as is_suspect
from order_lines
group by {{ order_columns | join(', ') }}
