with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_schemes') | indent(4) }}

)

select
    scheme,
    title,
    title_zh,
    population,
    refresh_period,
    tier_method,
    cast({{ dbt_rfm.to_timestamp('window_start') }} as date) as window_start,
    {{ dbt_rfm.policy_integer('window_months') }} as window_months,
    {{ dbt_rfm.policy_integer('score_decimals') }} as score_decimals,
    window_start as window_start_text,
    window_months as window_months_text,
    score_decimals as score_decimals_text
from policy_rows
