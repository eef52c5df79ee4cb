{#- A table with pseudonyms, so that the salt is read once and no view depends on it. -#}
{{ config(
    materialized='table' if dbt_rfm.rfm_setting('rfm_pseudonymise') else 'view'
) }}
{{- dbt_rfm.rfm_check_inputs() -}}

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}
{%- set amount_text = dbt_rfm.strip('amount_as_read') -%}

with mapped as (

    {{ dbt_rfm.rfm_input_rows('orders') | indent(4) }}

),

parsed as (

    select
        {{ dbt_rfm.strip('mapped.order_id') }} as order_id,
        {{ dbt_rfm.customer_key('mapped.customer_id') }} as customer_id,
        {{ dbt_rfm.to_timestamp('mapped.ordered_at') }} as ordered_at,
        {{ dbt_rfm.to_number('mapped.amount') }} as amount,
        coalesce({{ dbt_rfm.strip('mapped.line_id') }}, '1') as line_id,
        coalesce(
            {{ dbt_rfm.to_whole_number('mapped.quantity') }},
            case when {{ dbt_rfm.strip('mapped.quantity') }} is null then 1 end
        ) as quantity,
        {{ dbt_rfm.to_number('mapped.list_amount') }} as list_amount,
        {%- for column in columns[7:] %}
        {{ dbt_rfm.strip('mapped.' ~ column) }} as {{ column }},
        {%- endfor %}
        {%- for column in columns %}
        {%- if column == 'customer_id' and dbt_rfm.rfm_setting('rfm_pseudonymise') %}
        {{ dbt_rfm.customer_key('mapped.customer_id') }} as customer_id_as_read
        {%- else %}
        mapped.{{ column }} as {{ column }}_as_read
        {%- endif %}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from mapped
    {{- dbt_rfm.join_salt() }}

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

)

select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in columns %}
    {{ column }}_as_read,
    {%- endfor %}
    has_negative_amount or quantity < 0 as is_refund,
    case
        when order_id is null then 'missing_order_id'
        when customer_id is null then 'missing_customer_id'
        when ordered_at is null and {{ dbt_rfm.strip('ordered_at_as_read') }} is null
            then 'missing_ordered_at'
        when
            amount is null
            and (
                {{ amount_text }} is null
                or {{ dbt_rfm.matches('lower(' ~ amount_text ~ ')', '[+-]?(nan|inf|infinity)') }}
            )
            then 'missing_amount'
        when ordered_at is null then 'unreadable_ordered_at'
        when amount is null then 'unreadable_amount'
        when quantity is null then 'unreadable_quantity'
        when
            ordered_at >= {{ dbt.dateadd(
                'day', 1, dbt_rfm.date_literal(dbt_rfm.rfm_setting('rfm_latest_order_date'))
            ) }}
            then 'future_order'
        {%- if dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}
        when quantity = 0 then 'non_positive_quantity'
        {%- else %}
        when has_negative_amount then 'negative_amount'
        when quantity <= 0 then 'non_positive_quantity'
        {%- endif %}
    end as reject_reason
from signed
