with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_score_bins') | indent(4) }}

)

select
    scheme,
    metric,
    {{ dbt_rfm.policy_number('score') }} as score,
    {{ dbt_rfm.policy_number('lower_bound') }} as lower_bound,
    {{ dbt_rfm.policy_flag('lower_inclusive') }} as lower_inclusive,
    {{ dbt_rfm.policy_number('upper_bound') }} as upper_bound,
    {{ dbt_rfm.policy_flag('upper_inclusive') }} as upper_inclusive,
    score as score_text,
    lower_bound as lower_bound_text,
    lower_inclusive as lower_inclusive_text,
    upper_bound as upper_bound_text,
    upper_inclusive as upper_inclusive_text
from policy_rows
