with customer_orders as (select * from {{ ref('int_rfm__customer_orders') }}),

numbered as (

    select
        customer_id,
        interval_days,
        row_number() over (
            partition by customer_id
            order by
                interval_days,
                ordered_at,
                {{ dbt_rfm.by_bytes('order_id') }},
                {{ dbt_rfm.by_bytes('source_system') }}
        ) as interval_number,
        count(*) over (partition by customer_id) as intervals
    from customer_orders
    where interval_days is not null

),

-- The middle interval, or the middle two.
medians as (

    select
        customer_id,
        sum(interval_days) * max(case when mod(intervals, 2) = 1 then 2 else 1 end)
            as twice_median_interval
    from numbered
    where 2 * interval_number between intervals and intervals + 2
    group by customer_id

),

deviations as (

    select
        numbered.customer_id,
        sum(abs(2 * numbered.interval_days - medians.twice_median_interval))
            as twice_deviation_sum
    from numbered
    inner join medians
        on numbered.customer_id = medians.customer_id
    group by numbered.customer_id

),

order_sums as (

    select
        customer_id,
        count(*) as orders,
        -- Of several orders on one day, all but the first have an interval of 0.
        count(case when interval_days > 0 then 1 end) as day_intervals,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date,
        coalesce(cast(
            sum({{ dbt_rfm.decimal('interval_days', 10, 0) }} * interval_days)
            as {{ dbt_rfm.type_decimal(28, 6) }}
        ), 0) as squared_interval_sum
    from customer_orders
    group by customer_id

)

select
    order_sums.customer_id,
    cast(order_sums.orders as bigint) as orders,
    cast(order_sums.day_intervals as bigint) as day_intervals,
    order_sums.first_order_date,
    order_sums.last_order_date,
    cast({{ dbt.datediff(
        'order_sums.first_order_date', 'order_sums.last_order_date', 'day'
    ) }} as bigint) as interval_sum,
    order_sums.squared_interval_sum,
    cast(medians.twice_median_interval as bigint) as twice_median_interval,
    cast(deviations.twice_deviation_sum as bigint) as twice_deviation_sum
from order_sums
left join medians
    on order_sums.customer_id = medians.customer_id
left join deviations
    on order_sums.customer_id = deviations.customer_id
