{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{{ dbt_rfm.policy_problems() }}
