with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_category_aliases') | indent(4) }}

)

select
    alias,
    category
from policy_rows
