-- One pass over all lines sums each order and tells those that are not as simple as that: where a
-- line may stand twice, with refunds, of several customers, or with too many pieces. Only these are
-- looked at closely, line by line; the others are summed by customer at once, so that nothing of
-- them needs sorting or writing.

{%- set order_columns = dbt_rfm.rfm_order_columns('readable_lines') -%}
{%- set limit = dbt_rfm.rfm_setting('rfm_max_order_quantity') -%}
{%- set pieces -%}
sum(case when readable_lines.is_refund then 0 else readable_lines.quantity end)
{%- endset %}

with readable_lines as (

    select * from {{ ref('stg_rfm__orders') }}
    where reject_reason is null

),

line_dates as (

    select * from {{ ref('int_rfm__line_dates') }}

),

possible_periods as (

    select * from {{ ref('int_rfm__possible_periods') }}

),

orders as (

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

),

-- A line of a suspect order may turn out to be the latest accepted line; one before this cannot.
last_simple_line as (

    select max(last_line_date) as line_date
    from orders
    where not is_suspect

),

periods as (

    select possible_periods.*
    from possible_periods
    inner join last_simple_line
        on possible_periods.latest_line_date >= last_simple_line.line_date

),

date_slices as (

    {{ dbt_rfm.rfm_date_slices('periods', 'line_dates') | indent(4) }}

),

sliced as (

    select
        orders.is_suspect,
        case when orders.is_suspect then orders.order_id end as suspect_order_id,
        case when orders.is_suspect then orders.source_system end as suspect_source_system,
        case when not orders.is_suspect then orders.customer_id end as customer_id,
        case when not orders.is_suspect then date_slices.slice_start end as slice_start,
        orders.ordered_at,
        orders.last_line_date,
        {{ dbt_rfm.rfm_sortable_order('orders') }} as sortable_order,
        orders.lines,
        orders.amount,
        orders.quantity
    from orders
    inner join date_slices
        on cast(orders.ordered_at as date) = date_slices.line_date

)

select
    is_suspect,
    suspect_order_id as order_id,
    suspect_source_system as source_system,
    customer_id,
    slice_start,
    min(ordered_at) as first_ordered_at,
    max(sortable_order) as last_order,
    max(last_line_date) as last_line_date,
    cast(sum(lines) as bigint) as lines,
    count(*) as orders,
    cast(sum(amount) as {{ dbt_rfm.type_decimal(28, 6) }}) as amount,
    cast(sum(quantity) as bigint) as quantity
from sliced
group by
    is_suspect,
    suspect_order_id,
    suspect_source_system,
    customer_id,
    slice_start
