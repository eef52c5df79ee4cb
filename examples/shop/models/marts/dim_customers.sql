select
    id as customer_id,
    cast(joined_on as date) as joined_on,
    city,
    loyalty
from {{ ref('raw_customers') }}
