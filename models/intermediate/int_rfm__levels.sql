{{ config(materialized='ephemeral') }}

-- 10 is the largest number of levels that the policy allows.
{% for level in range(1, 11) -%}
select {{ level }} as level
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
