{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}

with checked_lines as (select * from {{ ref('int_rfm__checked_lines') }})

select
    {%- for column in columns %}
    cast({{ column }}_as_read as {{ dbt.type_string() }}) as {{ column }},
    {%- endfor %}
    cast(reject_reason as {{ dbt.type_string() }}) as reason
from checked_lines
where reject_reason is not null
