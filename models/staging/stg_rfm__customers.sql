{#- A table with pseudonyms, so that the salt is read once and no view depends on it. -#}
{{ config(
    materialized='table' if dbt_rfm.rfm_setting('rfm_pseudonymise') else 'view'
) }}

with mapped as (

{{ dbt_rfm.rfm_input_rows('customers') }}

)

select
    {{ dbt_rfm.customer_key('mapped.customer_id') }} as customer_id,
    {{ dbt_rfm.strip('mapped.identity') }} as {{ dbt_rfm.column_name('identity') }},
    {{ dbt_rfm.to_timestamp('mapped.registered_at') }} as registered_at,
    {{ dbt_rfm.strip('mapped.region') }} as region,
    {{ dbt_rfm.strip('mapped.membership_level') }} as membership_level
from mapped
{{- dbt_rfm.join_salt() }}
