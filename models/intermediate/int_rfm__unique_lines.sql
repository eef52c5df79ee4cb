{{ config(materialized='view') }}

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}

with readable_lines as (

    select * from {{ ref('stg_rfm__orders') }}
    where reject_reason is null

),

repeated_lines as (

    select * from {{ ref('int_rfm__repeated_lines') }}

),

repeated_keys as (

    select * from {{ ref('int_rfm__repeated_keys') }}

),

single_lines as (

    select readable_lines.*
    from readable_lines
    left join repeated_keys
        on {{ dbt_rfm.on_line_key('readable_lines', 'repeated_keys') }}
    where repeated_keys.key_1 is null

)

{% for relation in ['single_lines', 'repeated_lines'] -%}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in columns %}
    {{ column }}_as_read,
    {%- endfor %}
    is_refund
from {{ relation }}
{%- if relation == 'repeated_lines' %}
where copy_number = 1
{%- else %}
union all
{% endif %}
{%- endfor %}
