{{ config(materialized='ephemeral') }}

{% for level in range(1, dbt_rfm.rfm_most_bins() + 1) -%}
select {{ level }} as level
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
