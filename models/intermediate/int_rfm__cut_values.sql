-- The values at the cut ranks: the bucket that holds the rank, then the value in that bucket.

with cut_ranks as (

    select * from {{ ref('int_rfm__cut_ranks') }}

),

value_buckets as (

    select * from {{ ref('int_rfm__value_buckets') }}

),

metric_values as (

    select
        scheme,
        as_of_date,
        metric,
        value,
        {{ dbt_rfm.value_bucket('value') }} as value_bucket
    from {{ ref('int_rfm__metric_values') }}

),

bucket_ranks as (

    select
        cut_ranks.*,
        value_buckets.value_bucket,
        value_buckets.customers_below
    from cut_ranks
    inner join value_buckets
        on
            cut_ranks.scheme = value_buckets.scheme
            and cut_ranks.as_of_date = value_buckets.as_of_date
            and cut_ranks.metric = value_buckets.metric
            and cut_ranks.value_rank > value_buckets.customers_below
            and cut_ranks.value_rank <= value_buckets.customers_below + value_buckets.customers

),

cut_buckets as (

    select distinct
        scheme,
        as_of_date,
        metric,
        value_bucket,
        customers_below
    from bucket_ranks

),

bucket_values as (

    select
        cut_buckets.scheme,
        cut_buckets.as_of_date,
        cut_buckets.metric,
        cut_buckets.value_bucket,
        cut_buckets.customers_below,
        metric_values.value,
        count(*) as customers
    from metric_values
    inner join cut_buckets
        on
            metric_values.scheme = cut_buckets.scheme
            and metric_values.as_of_date = cut_buckets.as_of_date
            and metric_values.metric = cut_buckets.metric
            and metric_values.value_bucket = cut_buckets.value_bucket
    group by
        cut_buckets.scheme,
        cut_buckets.as_of_date,
        cut_buckets.metric,
        cut_buckets.value_bucket,
        cut_buckets.customers_below,
        metric_values.value

),

running as (

    select
        scheme,
        as_of_date,
        metric,
        value_bucket,
        value,
        customers,
        cast(
            customers_below + sum(customers) over (
                partition by scheme, as_of_date, metric, value_bucket
                order by value
                rows between unbounded preceding and current row
            ) as bigint
        ) as customers_up_to
    from bucket_values

)

select
    bucket_ranks.scheme,
    bucket_ranks.as_of_date,
    bucket_ranks.metric,
    bucket_ranks.method,
    bucket_ranks.direction,
    bucket_ranks.levels,
    bucket_ranks.level,
    bucket_ranks.edge,
    bucket_ranks.position_rest,
    bucket_ranks.value_rank,
    running.value,
    running.customers_up_to - running.customers as customers_below,
    running.customers_up_to
from bucket_ranks
inner join running
    on
        bucket_ranks.scheme = running.scheme
        and bucket_ranks.as_of_date = running.as_of_date
        and bucket_ranks.metric = running.metric
        and bucket_ranks.value_bucket = running.value_bucket
        and bucket_ranks.value_rank > running.customers_up_to - running.customers
        and bucket_ranks.value_rank <= running.customers_up_to
