{{ config(materialized='view') }}

{%- set columns = dbt_rfm.rfm_contract_columns('orders') %}

with input_rows as (

    {{ dbt_rfm.rfm_input_rows('orders') }}

)

select
    {%- for column in columns %}
    {%- if column == 'customer_id' and dbt_rfm.rfm_setting('rfm_pseudonymise') %}
    cast(null as {{ dbt.type_string() }}) as customer_id
    {%- else %}
    {{ column }}
    {%- endif %}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from input_rows
