{{ config(materialized='ephemeral') }}

-- The lines that each set of schemes is measured on. Without a filter nothing needs to be
-- standardised, and no category to be looked up.

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}
{%- set line_sets = dbt_rfm.rfm_line_sets() %}

with accepted_lines as (

    select * from {{ ref('int_rfm__accepted_lines') }}

),

standardised_lines as (

    select * from {{ ref('int_rfm__standardised_lines') }}

)
{% for line_set, predicate in line_sets.items() %}
{%- set has_filter = line_set != dbt_rfm.rfm_all_lines() %}
select
    '{{ line_set }}' as line_set,
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    is_refund
from {{ 'standardised_lines' if has_filter else 'accepted_lines' }}
-- On lines of its own, for a filter may end in a comment.
where (
    {{ predicate }}
)
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
