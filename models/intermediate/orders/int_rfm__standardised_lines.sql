{{ config(materialized='ephemeral') }}

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}

with accepted_lines as (

    select * from {{ ref('int_rfm__accepted_lines') }}

),

category_aliases as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_category_aliases') }}

)

select
    {%- for column in columns if column not in ['category', 'region'] %}
    accepted_lines.{{ column }},
    {%- endfor %}
    accepted_lines.is_refund,
    coalesce(category_aliases.category, accepted_lines.category, '未知') as category,
    coalesce(accepted_lines.region, '未知') as region
from accepted_lines
left join category_aliases
    on accepted_lines.category = category_aliases.alias
