-- One pass over all lines tells the orders in which a line may stand twice, or which may have too
-- many pieces. Only these are looked at closely, so that the others need no sorting.

{%- set limit = dbt_rfm.rfm_setting('rfm_max_order_quantity') -%}
{%- set line_is_order = dbt_rfm.rfm_column_map('orders').line_id is none %}

with readable_lines as (

    select * from {{ ref('stg_rfm__orders') }}
    where reject_reason is null

),

grouped as (

    select
        {{ dbt_rfm.order_key('readable_lines') }} as order_key,
        count(*) as lines,
        min(case when not readable_lines.is_refund then readable_lines.ordered_at end)
            as first_ordered_at,
        max(readable_lines.ordered_at) as last_line_at,
        {% if line_is_order -%}
        count(*) > 1
        {%- else -%}
        {{ dbt_rfm.may_repeat('readable_lines.line_id') }}
        {%- endif %}
        {%- if limit is not none %}
        or sum(case when readable_lines.is_refund then 0 else readable_lines.quantity end)
        >= {{ limit }}
        {%- endif %} as is_suspect
    from readable_lines
    group by {{ dbt_rfm.order_key('readable_lines') }}

)

select
    case when is_suspect then order_key end as suspect_order_key,
    sum(lines) as lines,
    min(first_ordered_at) as first_ordered_at,
    max(last_line_at) as last_line_at
from grouped
group by case when is_suspect then order_key end
