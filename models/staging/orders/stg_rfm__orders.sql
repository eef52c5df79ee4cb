{#- A table with pseudonyms, so that the salt is read once and no view depends on it. -#}
{{ config(
    materialized='table' if dbt_rfm.rfm_setting('rfm_pseudonymise') else dbt_rfm.kept_lines()
) }}

with input_rows as (

    {{ dbt_rfm.rfm_input_rows('orders') }}

),

order_lines as (

    {{ dbt_rfm.rfm_parsed_orders('input_rows') | indent(4) }}

)

select * from order_lines
