-- Refused lines are looked at only where no other is left: the join of nothing reads nothing.

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}
{%- set text = dbt.type_string() %}

with order_sums as (select * from {{ ref('int_rfm__order_sums') }}),

checked_lines as (select * from {{ ref('int_rfm__checked_lines') }}),

accepted_dates as (

    select
        cast(ordered_at as date) as order_date,
        last_line_date
    from order_sums
    where not is_suspect
    union all
    select
        case when not is_refund then cast(ordered_at as date) end as order_date,
        cast(ordered_at as date) as last_line_date
    from checked_lines
    where reject_reason is null

),

line_range as (

    select
        min(order_date) as first_order_date,
        max(last_line_date) as last_line_date
    from accepted_dates

),

nothing_accepted as (

    select 1 as is_so
    from line_range
    where last_line_date is null

),

refused as (

    select
        {%- for column in columns %}
        cast(checked_lines.{{ column }}_as_read as {{ text }}) as {{ column }},
        {%- endfor %}
        checked_lines.reject_reason as reason
    from checked_lines
    inner join nothing_accepted
        on nothing_accepted.is_so = 1
    where checked_lines.reject_reason is not null

),

refusals as (

    {{ dbt_rfm.rfm_refusals('refused') | indent(4) }}

),

messages as (

    select
        {{ dbt_rfm.joined_text(
            "reason || ' on ' || cast(lines as " ~ text ~ ") || ' lines' || advice_sample || ': '"
            ~ ' || advice',
            "' | '",
            'lines desc, ' ~ dbt_rfm.by_bytes('reason')
        ) }} as message
    from refusals

)

select
    line_range.first_order_date,
    line_range.last_line_date,
    case
        when nothing_accepted.is_so = 1
            then {{ dbt_rfm.fail(
                "'rfm orders: no order line was accepted, nothing is graded. '"
                ~ " || coalesce(messages.message, 'The orders input has no rows: see that the"
                ~ " vars that begin with rfm_orders_ name the right one')"
            ) }}
        else 0
    end as problems
from line_range
cross join messages
left join nothing_accepted
    on nothing_accepted.is_so = 1
