-- What a good analyst writes by hand for this one scheme, finance_software: quintiles over the twelve
-- months up to the as-of date. handwritten.py sets the variables orders (a file) and as_of_date.

set variable window_start = (
    getvariable('as_of_date') + interval 1 day - interval 12 month
)::date;

create table customer_tiers as
with cleaned as (
    select
        trim(order_id) as order_id,
        line_id,
        trim(customer_id) as customer_id,
        ordered_at,
        amount
    from read_parquet(getvariable('orders'))
    where
        trim(order_id) <> ''
        and trim(customer_id) <> ''
        and ordered_at is not null
        and amount >= 0
),

-- A line that was sent twice counts once: the first one.
deduplicated as (
    select *
    from cleaned
    qualify row_number() over (partition by order_id, line_id order by ordered_at) = 1
),

-- An order has one date, so windows can be told by the line.
customers as (
    select
        customer_id,
        min(ordered_at)::date as first_order_date,
        max(ordered_at)::date as last_order_date,
        count(distinct order_id) filter (where ordered_at >= getvariable('window_start'))
            as frequency,
        sum(amount) filter (where ordered_at >= getvariable('window_start')) as monetary
    from deduplicated
    where ordered_at < getvariable('as_of_date') + interval 1 day
    group by customer_id
    having last_order_date >= getvariable('window_start')
),

-- Ties are broken by customer_id, so that every run gives the same scores.
scored as (
    select
        *,
        getvariable('as_of_date') - last_order_date as recency_days,
        6 - ntile(5) over (order by last_order_date desc, customer_id) as recency_score,
        6 - ntile(5) over (order by frequency desc, customer_id) as frequency_score,
        6 - ntile(5) over (order by monetary desc, customer_id) as monetary_score
    from customers
),

weighted as (
    select
        *,
        round(0.3 * recency_score + 0.3 * frequency_score + 0.4 * monetary_score, 1) as score
    from scored
)

select
    customer_id,
    recency_days,
    frequency,
    monetary,
    recency_score,
    frequency_score,
    monetary_score,
    score,
    case when score >= 4 then 'A' when score >= 3 then 'B' when score >= 2 then 'C' else 'D' end
        as tier,
    first_order_date,
    last_order_date
from weighted;
