{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}

with order_lines as (

    select * from {{ ref('stg_rfm__orders') }}

),

checked_lines as (

    select * from {{ ref('int_rfm__checked_lines') }}

)

{% for relation in ['order_lines', 'checked_lines'] -%}
select
    {%- for column in columns %}
    cast({{ column }}_as_read as {{ dbt.type_string() }}) as {{ column }},
    {%- endfor %}
    cast(reject_reason as {{ dbt.type_string() }}) as reason
from {{ relation }}
where reject_reason is not null
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
