with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_tiers') | indent(4) }}

)

select
    scheme,
    tier,
    label,
    label_zh,
    {{ dbt_rfm.policy_integer('tier_rank') }} as tier_rank,
    {{ dbt_rfm.policy_number('min_score') }} as min_score,
    {{ dbt_rfm.policy_number('max_score') }} as max_score,
    tier_rank as tier_rank_text,
    min_score as min_score_text,
    max_score as max_score_text
from policy_rows
