{#- A table with pseudonyms, so that the salt is read once and no view depends on it. -#}
{{ config(
    materialized='table' if dbt_rfm.rfm_setting('rfm_pseudonymise') else 'view'
) }}

with mapped as (

{{ dbt_rfm.rfm_input_rows('contacts') }}

)

select
    {{ dbt_rfm.strip('mapped.contact_id') }} as contact_id,
    {{ dbt_rfm.customer_key('mapped.customer_id') }} as customer_id,
    {{ dbt_rfm.to_timestamp('mapped.contacted_at') }} as contacted_at,
    {{ dbt_rfm.strip('mapped.channel') }} as channel,
    {{ dbt_rfm.strip('mapped.outcome') }} as outcome
from mapped
{{- dbt_rfm.join_salt() }}
