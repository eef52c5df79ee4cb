with as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

tier_stays as (select * from {{ ref('int_rfm__tier_stays') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

latest_dates as (

    select
        scheme,
        period_number
    from as_of_dates
    where is_latest

),

stays_so_far as (

    select
        tier_stays.*,
        latest_dates.period_number,
        max(case when tier_stays.last_period_number is null then tier_stays.tier_rank end) over (
            partition by tier_stays.scheme, tier_stays.customer_id
        ) as rank_now
    from tier_stays
    inner join latest_dates
        on tier_stays.scheme = latest_dates.scheme

),

latest_stays as (

    select
        scheme,
        customer_id,
        max(case when last_period_number is null then first_period_number end)
            as first_period_number,
        max(
            case
                when
                    first_period_number < period_number
                    and coalesce(last_period_number, period_number) >= period_number - 1
                    then tier
            end
        ) as previous_tier,
        -- The rank of the last other tier stands after the number of the period that it began in.
        max(case when tier_rank <> rank_now then 1000000 * first_period_number + tier_rank end)
            as last_other
    from stays_so_far
    where rank_now is not null
    group by scheme, customer_id

)

select
    latest_stays.scheme,
    latest_stays.customer_id,
    latest_stays.previous_tier,
    as_of_dates.as_of_date as tier_since,
    tiers.tier as last_other_tier
from latest_stays
inner join as_of_dates
    on
        latest_stays.scheme = as_of_dates.scheme
        and latest_stays.first_period_number = as_of_dates.period_number
left join tiers
    on
        latest_stays.scheme = tiers.scheme
        and mod(latest_stays.last_other, 1000000) = tiers.tier_rank
