with metric_values as (

    select
        scheme,
        as_of_date,
        metric,
        {{ dbt_rfm.value_bucket('value') }} as value_bucket
    from {{ ref('int_rfm__metric_values') }}

),

counted as (

    select
        scheme,
        as_of_date,
        metric,
        value_bucket,
        count(*) as customers
    from metric_values
    group by
        scheme,
        as_of_date,
        metric,
        value_bucket

)

select
    scheme,
    as_of_date,
    metric,
    value_bucket,
    customers,
    cast(
        sum(customers) over (
            partition by scheme, as_of_date, metric
            order by value_bucket
            rows between unbounded preceding and current row
        ) - customers as bigint
    ) as customers_below,
    cast(sum(customers) over (partition by scheme, as_of_date, metric) as bigint) as all_customers
from counted
