{{ config(materialized='ephemeral') }}

with graded_customers as (

    select * from {{ ref('int_rfm__graded_customers') }}

),

report_dates as (

    select * from {{ ref('int_rfm__report_dates') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

)

select
    graded_customers.*,
    tiers.tier_rank
from graded_customers
inner join report_dates
    on
        graded_customers.scheme = report_dates.scheme
        and graded_customers.as_of_date = report_dates.as_of_date
inner join tiers
    on
        graded_customers.scheme = tiers.scheme
        and graded_customers.tier = tiers.tier
where tiers.tier_rank > 1
