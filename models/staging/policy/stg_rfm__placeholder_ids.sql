with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_placeholder_ids') | indent(4) }}

)

select
    -- dbt's loader makes nothing of the word null.
    coalesce(lower(id), 'null') as id,
    applies_to
from policy_rows
