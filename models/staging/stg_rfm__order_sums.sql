-- One pass over all lines sums each order and tells those that are not as simple as that: where a
-- line may stand twice, with refunds, of several customers, or with too many pieces. Only these are
-- looked at closely, line by line, so that the others need no sorting.

{%- set order_columns = dbt_rfm.rfm_order_columns('readable_lines') -%}
{%- set limit = dbt_rfm.rfm_setting('rfm_max_order_quantity') -%}
{%- set pieces -%}
sum(case when readable_lines.is_refund then 0 else readable_lines.quantity end)
{%- endset %}

with readable_lines as (

    select * from {{ ref('stg_rfm__orders') }}
    where reject_reason is null

),

summed as (

    select
        readable_lines.order_id,
        {{ order_columns[1] | default("''", true) }} as source_system,
        min(readable_lines.customer_id) as customer_id,
        min(readable_lines.ordered_at) as ordered_at,
        cast(max(readable_lines.ordered_at) as date) as last_line_date,
        cast(sum(readable_lines.amount) as {{ dbt_rfm.type_decimal(28, 6) }}) as amount,
        cast({{ pieces }} as bigint) as quantity,
        count(*) as lines,
        {% if dbt_rfm.rfm_line_is_order() -%}
        count(*) > 1
        {%- else -%}
        {{ dbt_rfm.may_repeat('readable_lines.line_id') }}
        or min(readable_lines.customer_id) <> max(readable_lines.customer_id)
        {%- endif %}
        {%- if dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}
        or max(case when readable_lines.is_refund then 1 else 0 end) = 1
        {%- endif %}
        {%- if limit is not none %}
        or {{ pieces }} >= {{ limit }}
        {%- endif %} as is_suspect
    from readable_lines
    group by {{ order_columns | join(', ') }}

)

{% if dbt_rfm.rfm_order_sums_are_read() -%}
select * from summed
{%- else -%}
-- Nobody reads the sums: no more is kept than what says which lines may be taken as they are.
select
    case when is_suspect then order_id end as order_id,
    case when is_suspect then source_system end as source_system,
    min(ordered_at) as ordered_at,
    max(last_line_date) as last_line_date,
    is_suspect
from summed
group by
    case when is_suspect then order_id end,
    case when is_suspect then source_system end,
    is_suspect
{%- endif %}
