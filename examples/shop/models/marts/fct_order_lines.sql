with orders as (select * from {{ ref('stg_orders') }}),

items as (select * from {{ ref('stg_order_items') }}),

exchange_rates as (select * from {{ ref('stg_exchange_rates') }}),

customers as (select * from {{ ref('dim_customers') }})

select
    orders.order_id,
    items.line_number,
    orders.customer_id,
    orders.ordered_at,
    orders.status,
    orders.channel,
    items.product,
    items.category,
    items.quantity,
    customers.city,
    -- The package knows one currency.
    cast(items.quantity * items.unit_price * exchange_rates.euros as decimal(18, 2)) as paid_eur
from items
inner join orders
    on items.order_id = orders.order_id
inner join exchange_rates
    on
        orders.currency = exchange_rates.currency
        and exchange_rates.month = cast(date_trunc('month', orders.ordered_at) as date)
left join customers
    on orders.customer_id = customers.customer_id
