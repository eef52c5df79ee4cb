{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

-- The table that others read is int_rfm__customer_behaviour, so that this one can be disabled.

with customer_behaviour as (select * from {{ ref('int_rfm__customer_behaviour') }})

select *
from customer_behaviour
