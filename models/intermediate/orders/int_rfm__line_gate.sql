-- Refused lines are looked at only where no other is left: the join of nothing reads nothing.

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}
{%- set text = dbt.type_string() %}

with order_sums as (select * from {{ ref('int_rfm__order_sums') }}),

checked_lines as (select * from {{ ref('int_rfm__checked_lines') }}),

accepted as (

    select count(*) as found
    from order_sums
    where not is_suspect
    union all
    select count(*) as found
    from checked_lines
    where reject_reason is null

),

nothing_accepted as (

    select 1 as is_so
    from accepted
    having sum(found) = 0

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
    case
        when nothing_accepted.is_so = 1
            then {{ dbt_rfm.fail(
                "'rfm orders: no order line was accepted, nothing is graded. '"
                ~ " || coalesce(messages.message, 'The orders input has no rows: see that the"
                ~ " vars that begin with rfm_orders_ name the right one')"
            ) }}
        else 0
    end as problems
from messages
left join nothing_accepted
    on nothing_accepted.is_so = 1
