with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_strategies') | indent(4) }}

)

select
    scheme,
    tier,
    strategy,
    strategy_zh,
    offer,
    offer_zh,
    new_customer_offer,
    new_customer_offer_zh,
    target_metric,
    target,
    target_zh,
    {{ dbt_rfm.policy_number('target_change') }} as target_change,
    target_change as target_change_text
from policy_rows
