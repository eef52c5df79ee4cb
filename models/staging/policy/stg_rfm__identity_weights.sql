with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_identity_weights') | indent(4) }}

)

select
    scheme,
    {{ dbt_rfm.column_name('identity') }},
    {{ dbt_rfm.policy_number('weight') }} as weight,
    weight as weight_text
from policy_rows
