select
    cast(order_id as varchar) as order_id,
    line as line_number,
    product,
    category,
    quantity,
    cast(unit_price as decimal(18, 4)) as unit_price
from {{ ref('raw_order_items') }}
