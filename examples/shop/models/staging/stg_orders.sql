select
    cast(id as varchar) as order_id,
    customer as customer_id,
    cast(ordered_at as timestamp) as ordered_at,
    status,
    currency,
    channel
from {{ ref('raw_orders') }}
