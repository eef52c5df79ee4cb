-- Whom the shop invites: our own names beside the package's tiers.
select
    customers.customer_id,
    customers.city,
    customers.loyalty,
    tiers.tier_since,
    tiers.monetary as spent_eur
from {{ ref('dbt_rfm', 'rfm_customer_tiers') }} as tiers
inner join {{ ref('dim_customers') }} as customers
    on tiers.customer_id = customers.customer_id
where
    tiers.scheme = 'regulars'
    and tiers.tier = 'gold'
