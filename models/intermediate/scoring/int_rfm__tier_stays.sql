with movements as (select * from {{ ref('int_rfm__movements') }}),

-- Where a stay begins, and where one ends with which no other begins.
turns as (

    select
        scheme,
        customer_id,
        period_number,
        tier,
        tier_rank,
        lead(period_number) over (
            partition by scheme, customer_id
            order by period_number
        ) - 1 as last_period_number
    from movements
    where starts_stay or tier is null

)

select
    scheme,
    customer_id,
    period_number as first_period_number,
    last_period_number,
    tier,
    tier_rank
from turns
where tier is not null
