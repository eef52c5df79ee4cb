{#- A table with pseudonyms, so that the salt is read once and no view depends on it. -#}
{{ config(
    materialized='table' if dbt_rfm.rfm_setting('rfm_pseudonymise') else 'view'
) }}

{%- set customer_number = dbt_rfm.strip('mapped.customer_id') -%}
{%- set measure = dbt_rfm.strip('mapped.measure') -%}
{%- set value = dbt_rfm.to_number('mapped.value', 21, 6) -%}
{%- set valid_from = dbt_rfm.to_timestamp('mapped.valid_from') %}

with placeholder_ids as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_placeholder_ids') }}
),

mapped as (

    {{ dbt_rfm.rfm_input_rows('measures') }}

)

select
    {{ dbt_rfm.customer_key('mapped.customer_id') }} as customer_id,
    {{ measure }} as measure,
    {{ value | indent(4) }} as value,
    {{ valid_from | indent(4) }} as valid_from,
    case
        when
            {{ dbt_rfm.is_blank('mapped.customer_id') }}
            or {{ dbt_rfm.rfm_is_placeholder(customer_number, 'customer_id') }}
            then 'missing_customer_id'
        when {{ dbt_rfm.rfm_is_damaged_id(customer_number) | indent(8) }}
            then 'damaged_customer_id'
        when {{ dbt_rfm.is_blank('mapped.measure') }} then 'missing_measure'
        when {{ measure }} in ({{ dbt_rfm.text_list(dbt_rfm.rfm_allowed_values('metric')) }})
            then 'measure_named_as_a_metric'
        when {{ dbt_rfm.is_blank('mapped.value') }} then 'missing_value'
        when
            {{ value | indent(12) }} is null
            then 'unreadable_value'
        when
            not {{ dbt_rfm.is_blank('mapped.valid_from') }}
            and {{ valid_from | indent(12) }} is null
            then 'unreadable_valid_from'
    end as reject_reason
from mapped
{{- dbt_rfm.join_salt() }}
