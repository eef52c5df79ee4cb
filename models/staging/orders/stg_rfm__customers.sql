{#- A table with pseudonyms, so that the salt is read once and no view depends on it. -#}
{{ config(
    materialized='table' if dbt_rfm.rfm_setting('rfm_pseudonymise') else 'view'
) }}

{%- set customer_number = dbt_rfm.strip('mapped.customer_id') %}

with placeholder_ids as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_placeholder_ids') }}
),

mapped as (

    {{ dbt_rfm.rfm_input_rows('customers') }}

)

select
    {{ dbt_rfm.customer_key('mapped.customer_id') }} as customer_id,
    {{ dbt_rfm.strip('mapped.identity') }} as {{ dbt_rfm.column_name('identity') }},
    {{ dbt_rfm.to_timestamp('mapped.registered_at') }} as registered_at,
    {{ dbt_rfm.strip('mapped.region') }} as region,
    {{ dbt_rfm.strip('mapped.membership_level') }} as membership_level,
    case
        when
            {{ dbt_rfm.is_blank('mapped.customer_id') }}
            or {{ dbt_rfm.rfm_is_placeholder(customer_number, 'customer_id') }}
            then 'missing_customer_id'
        when {{ dbt_rfm.rfm_is_damaged_id(customer_number) | indent(8) }}
            then 'damaged_customer_id'
    end as reject_reason
from mapped
{{- dbt_rfm.join_salt() }}
