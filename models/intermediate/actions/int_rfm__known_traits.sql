{{ config(materialized='ephemeral') }}

-- What is known of each customer, in one shape: what they tend to, and in which discounts.

with preferences as (
    select * from {{ ref('rfm_customer_preferences') }}
    where
        preference_rank = 1
        and preference in ('category', 'channel', 'order_value_band', 'hour_band')
),

customer_behaviour as (
    select * from {{ ref('rfm_customer_behaviour') }}
    where discount_band is not null
)

select
    customer_id,
    preference as kind,
    value
from preferences
union all
select
    customer_id,
    'discount_band' as kind,
    discount_band as value
from customer_behaviour
