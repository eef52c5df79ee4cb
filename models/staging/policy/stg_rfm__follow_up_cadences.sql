with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_follow_up_cadences') | indent(4) }}

)

select
    scheme,
    tier,
    period,
    action,
    action_zh,
    {{ dbt_rfm.policy_integer('contacts_min') }} as contacts_min,
    {{ dbt_rfm.policy_integer('contacts_max') }} as contacts_max,
    {{ dbt_rfm.policy_integer('every_n') }} as every_n,
    contacts_min as contacts_min_text,
    contacts_max as contacts_max_text,
    every_n as every_n_text
from policy_rows
