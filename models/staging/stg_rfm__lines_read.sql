{{ config(materialized='view') }}

with input_rows as (

    {{ dbt_rfm.rfm_input_rows('orders') | indent(4) }}

)

select count(*) as lines
from input_rows
