{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

with checked_lines as (select * from {{ ref('int_rfm__checked_lines') }})

{{ dbt_rfm.rfm_rejected_lines() }}
