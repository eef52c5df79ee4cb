{{ config(materialized='view') }}

with value_counts as (

    select * from {{ ref('int_rfm__value_counts') }}

),

running as (

    select
        *,
        sum(customers) over (
            partition by scheme, as_of_date, metric
            order by value
            rows between unbounded preceding and current row
        ) as customers_up_to,
        sum(customers) over (partition by scheme, as_of_date, metric) as all_customers
    from value_counts
    where method in ('ntile', 'quantile')

)

select
    scheme,
    as_of_date,
    metric,
    method,
    direction,
    levels,
    value,
    cast(customers as bigint) as customers,
    cast(customers_up_to - customers as bigint) as customers_below,
    cast(all_customers - customers_up_to as bigint) as customers_above,
    cast(all_customers as bigint) as all_customers
from running
