{%- set bounds = [
    'recency_min', 'recency_max', 'frequency_min', 'frequency_max', 'monetary_min', 'monetary_max',
] -%}

with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_tier_rules') | indent(4) }}

)

select
    scheme,
    tier,
    {{ dbt_rfm.policy_integer('priority') }} as priority,
    {%- for bound in bounds %}
    {{ dbt_rfm.policy_number(bound) }} as {{ bound }},
    {%- endfor %}
    {%- for bound in bounds %}
    {{ bound }} as {{ bound }}_text,
    {%- endfor %}
    priority as priority_text
from policy_rows
