with policy_rows as (

    {{ dbt_rfm.rfm_policy_rows('rfm_price_sensitivity') | indent(4) }}

)

select
    discount_band,
    order_value_band,
    price_sensitivity
from policy_rows
