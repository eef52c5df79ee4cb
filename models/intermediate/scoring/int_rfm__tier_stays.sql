with as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

movements as (select * from {{ ref('int_rfm__movements') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

-- Customers at the latest date, and where a stay in a tier ended.
turns as (

    select
        scheme,
        customer_id,
        period_number,
        is_latest,
        periods_in_tier,
        previous_tier,
        previous_tier_rank,
        max(case when is_latest then tier_rank end) over (partition by scheme, customer_id)
            as rank_now
    from movements
    where is_latest or tier is null or tier <> previous_tier

),

-- The rank of the last other tier stands after the number of the period that it ended before.
stays as (

    select
        scheme,
        customer_id,
        max(case when is_latest then period_number + 1 - periods_in_tier end)
            as first_period_number,
        max(case when is_latest then previous_tier end) as previous_tier,
        max(
            case
                when previous_tier_rank <> rank_now
                    then 1000000 * period_number + previous_tier_rank
            end
        ) as last_other
    from turns
    where rank_now is not null
    group by scheme, customer_id

)

select
    stays.scheme,
    stays.customer_id,
    stays.previous_tier,
    as_of_dates.as_of_date as tier_since,
    tiers.tier as last_other_tier
from stays
inner join as_of_dates
    on
        stays.scheme = as_of_dates.scheme
        and stays.first_period_number = as_of_dates.period_number
left join tiers
    on
        stays.scheme = tiers.scheme
        and mod(stays.last_other, 1000000) = tiers.tier_rank
