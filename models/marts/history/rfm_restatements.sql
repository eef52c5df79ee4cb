{{ config(
    enabled=dbt_rfm.rfm_setting('rfm_keep_reported') is true,
    contract={'enforced': dbt_rfm.enforces_contracts()}
) }}

with reported_tiers as (select * from {{ ref('rfm_reported_tiers') }}),

as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

reported_dates as (

    select distinct
        reported_tiers.scheme,
        reported_tiers.as_of_date
    from reported_tiers
    inner join as_of_dates
        on
            reported_tiers.scheme = as_of_dates.scheme
            and reported_tiers.as_of_date = as_of_dates.as_of_date

),

both_tiers as (

    select
        scheme,
        as_of_date,
        customer_id,
        tier as tier_reported,
        cast(null as {{ dbt.type_string() }}) as tier
    from reported_tiers
    union all
    select
        scheme,
        as_of_date,
        customer_id,
        cast(null as {{ dbt.type_string() }}) as tier_reported,
        tier
    from graded_customers

),

customers as (

    select
        both_tiers.scheme,
        both_tiers.as_of_date,
        both_tiers.customer_id,
        coalesce(max(both_tiers.tier_reported), 'not_graded') as tier_reported,
        coalesce(max(both_tiers.tier), 'not_graded') as tier
    from both_tiers
    inner join reported_dates
        on
            both_tiers.scheme = reported_dates.scheme
            and both_tiers.as_of_date = reported_dates.as_of_date
    group by both_tiers.scheme, both_tiers.as_of_date, both_tiers.customer_id

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    cast(tier_reported as {{ dbt.type_string() }}) as tier_reported,
    cast(tier as {{ dbt.type_string() }}) as tier,
    cast(count(*) as bigint) as customers
from customers
where tier_reported <> tier
group by scheme, as_of_date, tier_reported, tier
