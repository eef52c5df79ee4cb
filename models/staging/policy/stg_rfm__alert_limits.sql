with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_alert_limits') | indent(4) }}

)

select
    alert,
    limit_name,
    {{ dbt_rfm.policy_number('value') }} as value,
    value as value_text
from policy_rows
