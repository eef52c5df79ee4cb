{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

-- The table that others read is int_rfm__customer_preferences, so that this one can be disabled.

with customer_preferences as (select * from {{ ref('int_rfm__customer_preferences') }})

select
    customer_id,
    preference,
    value,
    purchases,
    amount,
    share,
    preference_rank
from customer_preferences
