with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_behaviour_bands') | indent(4) }}

)

select
    kind,
    band,
    label,
    label_zh,
    {{ dbt_rfm.policy_number('lower_bound') }} as lower_bound,
    {{ dbt_rfm.policy_number('upper_bound') }} as upper_bound,
    lower_bound as lower_bound_text,
    upper_bound as upper_bound_text
from policy_rows
