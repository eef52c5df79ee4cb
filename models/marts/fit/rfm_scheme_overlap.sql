{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

-- The table that others read is int_rfm__scheme_overlap, so that this one can be disabled.

with scheme_overlap as (select * from {{ ref('int_rfm__scheme_overlap') }})

select
    as_of_date,
    scheme_a,
    scheme_b,
    tier_a,
    tier_b,
    customers,
    revenue
from scheme_overlap
