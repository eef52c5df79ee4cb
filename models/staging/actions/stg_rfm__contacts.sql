{#- A table with pseudonyms, so that the salt is read once and no view depends on it. -#}
{{ config(
    materialized='table' if dbt_rfm.rfm_setting('rfm_pseudonymise') else 'view'
) }}

{%- set contact_number = dbt_rfm.strip('mapped.contact_id') -%}
{%- set customer_number = dbt_rfm.strip('mapped.customer_id') %}

with placeholder_ids as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_placeholder_ids') }}
),

mapped as (

    {{ dbt_rfm.rfm_input_rows('contacts') }}

)

select
    {{ contact_number }} as contact_id,
    {{ dbt_rfm.customer_key('mapped.customer_id') }} as customer_id,
    {{ dbt_rfm.to_timestamp('mapped.contacted_at') }} as contacted_at,
    {{ dbt_rfm.strip('mapped.channel') }} as channel,
    {{ dbt_rfm.strip('mapped.outcome') }} as outcome,
    case
        when
            {{ dbt_rfm.is_blank('mapped.contact_id') }}
            or {{ dbt_rfm.rfm_is_placeholder(contact_number) }}
            then 'missing_contact_id'
        when
            {{ dbt_rfm.is_blank('mapped.customer_id') }}
            or {{ dbt_rfm.rfm_is_placeholder(customer_number, 'customer_id') }}
            then 'missing_customer_id'
        when {{ dbt_rfm.rfm_is_damaged_id(contact_number) | indent(8) }}
            then 'damaged_contact_id'
        when {{ dbt_rfm.rfm_is_damaged_id(customer_number) | indent(8) }}
            then 'damaged_customer_id'
        when {{ dbt_rfm.is_blank('mapped.contacted_at') }} then 'missing_contacted_at'
        when {{ dbt_rfm.to_timestamp('mapped.contacted_at') }} is null
            then 'unreadable_contacted_at'
    end as reject_reason
from mapped
{{- dbt_rfm.join_salt() }}
