{# A query over `rows`, a CTE with rows of rfm_input_rows('orders'): each contract column read, each as
   it came, and why the line is refused where it cannot be used for itself. #}
{% macro rfm_parsed_orders(rows) -%}
{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}
{%- set amount_text = dbt_rfm.strip('amount_as_read') -%}
{%- set pseudonymises = dbt_rfm.rfm_setting('rfm_pseudonymise') -%}
{#- What is wrong with an id is told before it becomes a pseudonym. -#}
{%- set customer_number = 'customer_number' if pseudonymises else 'customer_id' -%}
{%- set rejected_statuses = dbt_rfm.rfm_setting('rfm_rejected_statuses') or [] -%}
with placeholder_ids as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_placeholder_ids') }}

),

parsed as (

    select
        {{ dbt_rfm.strip(rows ~ '.order_id') }} as order_id,
        {{ dbt_rfm.customer_key(rows ~ '.customer_id') }} as customer_id,
        {%- if pseudonymises %}
        {{ dbt_rfm.strip(rows ~ '.customer_id') }} as customer_number,
        {%- endif %}
        {{ dbt_rfm.to_timestamp(rows ~ '.ordered_at') }} as ordered_at,
        {{ dbt_rfm.to_number(rows ~ '.amount') }} as amount,
        coalesce({{ dbt_rfm.strip(rows ~ '.line_id') }}, '1') as line_id,
        coalesce(
            {{ dbt_rfm.to_whole_number(rows ~ '.quantity') }},
            case when {{ dbt_rfm.strip(rows ~ '.quantity') }} is null then 1 end
        ) as quantity,
        {{ dbt_rfm.to_number(rows ~ '.list_amount') }} as list_amount,
        {%- for column in columns[7:] %}
        {{ dbt_rfm.strip(rows ~ '.' ~ column) }} as {{ column }},
        {%- endfor %}
        {%- for column in columns %}
        {%- if column == 'customer_id' and pseudonymises %}
        {{ dbt_rfm.customer_key(rows ~ '.customer_id') }} as customer_id_as_read
        {%- else %}
        {{ rows }}.{{ column }} as {{ column }}_as_read
        {%- endif %}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ rows }}
    {{- dbt_rfm.join_salt() }}
    {{- dbt_rfm.computed_once() }}

),

signed as (

    select
        *,
        -- A negative amount that rounds to 0 is still negative.
        case
            when amount < 0 then true
            when amount = 0 then {{ dbt_rfm.matches(amount_text, '-[0.]*[1-9].*') }}
            else false
        end as has_negative_amount
    from parsed
    {{- dbt_rfm.computed_once() }}

)

select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in columns %}
    {{ column }}_as_read,
    {%- endfor %}
    {% if dbt_rfm.rfm_setting('rfm_refunds') == 'net' -%}
    has_negative_amount or quantity < 0
    {%- else -%}
    false
    {%- endif %} as is_refund,
    case
        when
            {{ dbt_rfm.is_blank('order_id_as_read') }}
            or {{ dbt_rfm.rfm_is_placeholder('order_id', 'order_id') }}
            then 'missing_order_id'
        when
            {{ dbt_rfm.is_blank('customer_id_as_read') }}
            or {{ dbt_rfm.rfm_is_placeholder(customer_number, 'customer_id') }}
            then 'missing_customer_id'
        when {{ dbt_rfm.rfm_is_damaged_id('order_id', 'order_id_as_read') | indent(8) }}
            then 'damaged_order_id'
        when {{ dbt_rfm.rfm_is_damaged_id(
            customer_number, 'customer_id_as_read' if not pseudonymises
        ) | indent(8) }}
            then 'damaged_customer_id'
        when ordered_at is null and {{ dbt_rfm.is_blank('ordered_at_as_read') }}
            then 'missing_ordered_at'
        when
            amount is null
            and (
                {{ dbt_rfm.is_blank('amount_as_read') }}
                or {{ dbt_rfm.matches('lower(' ~ amount_text ~ ')', '[+-]?(nan|inf|infinity)') }}
            )
            then 'missing_amount'
        when ordered_at is null then 'unreadable_ordered_at'
        when amount is null then 'unreadable_amount'
        when quantity is null then 'unreadable_quantity'
        {%- if rejected_statuses %}
        when
            {{ dbt_rfm.rfm_status_key('order_status') }} in (
                {%- for status in rejected_statuses %}
                {{ dbt_rfm.rfm_status_key(dbt_rfm.text_literal(status | string)) }}
                {{- ',' if not loop.last }}
                {%- endfor %}
            )
            then 'rejected_status'
        {%- endif %}
        when
            cast(ordered_at as date)
            > {{ dbt_rfm.date_literal(dbt_rfm.rfm_setting('rfm_latest_order_date')) }}
            then 'future_order'
        {%- if dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}
        when quantity = 0 then 'non_positive_quantity'
        {%- else %}
        when has_negative_amount then 'negative_amount'
        when quantity <= 0 then 'non_positive_quantity'
        {%- endif %}
    end as reject_reason
from signed
{%- endmacro %}
