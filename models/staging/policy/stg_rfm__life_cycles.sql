with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_life_cycles') | indent(4) }}

)

select
    life_cycle,
    label,
    label_zh,
    {{ dbt_rfm.policy_integer('priority') }} as priority,
    {{ dbt_rfm.policy_integer('max_tenure_days') }} as max_tenure_days,
    {{ dbt_rfm.policy_integer('max_recency_days') }} as max_recency_days,
    priority as priority_text,
    max_tenure_days as max_tenure_days_text,
    max_recency_days as max_recency_days_text
from policy_rows
