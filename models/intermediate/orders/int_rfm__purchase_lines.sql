-- The accepted lines with what the tables for action ask of them, written once, for reading the
-- input takes longer.

with standardised_lines as (

    select * from {{ ref('int_rfm__standardised_lines') }}

)

select
    customer_id,
    order_id,
    coalesce(source_system, '') as source_system,
    line_id,
    ordered_at,
    amount,
    quantity,
    list_amount,
    category,
    channel,
    payment_method,
    region,
    is_refund
from standardised_lines
