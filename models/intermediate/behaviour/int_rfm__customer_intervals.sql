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
        ), 0) as squared_interval_sum,
        sum(amount) as paid_amount,
        sum(quantity) as quantity,
        sum(listed_amount) as listed_amount,
        sum(list_amount) as list_amount
    from customer_orders
    group by customer_id

),

-- Of n orders there are n - 1 intervals.
interval_sums as (

    select
        order_sums.*,
        {{ dbt.datediff(
            'order_sums.first_order_date', 'order_sums.last_order_date', 'day'
        ) }} as interval_sum,
        case when order_sums.orders > 1 then order_sums.orders - 1 end as intervals
    from order_sums

)

select
    interval_sums.customer_id,
    cast(interval_sums.orders as bigint) as orders,
    cast(interval_sums.day_intervals as bigint) as day_intervals,
    interval_sums.first_order_date,
    interval_sums.last_order_date,
    cast(interval_sums.interval_sum as bigint) as interval_sum,
    interval_sums.squared_interval_sum,
    {{ dbt_rfm.divide_half_up('interval_sums.interval_sum', 'interval_sums.intervals') }}
        as mean_interval_days,
    {{ dbt_rfm.divide_half_up('medians.twice_median_interval', '2') }} as median_interval_days,
    {{ dbt_rfm.divide_half_up(
        'deviations.twice_deviation_sum', '(2 * interval_sums.intervals)'
    ) }} as interval_spread_days,
    interval_sums.paid_amount,
    interval_sums.quantity,
    {{ dbt_rfm.divide_half_up('interval_sums.paid_amount', 'interval_sums.orders') }}
        as average_order_value,
    {{ dbt_rfm.divide_half_up('interval_sums.quantity', 'interval_sums.orders') }}
        as pieces_per_order,
    case
        when interval_sums.list_amount > 0
            then 1 - {{ dbt_rfm.divide_half_up(
                'interval_sums.listed_amount', 'interval_sums.list_amount'
            ) }}
    end as discount_rate
from interval_sums
left join medians
    on interval_sums.customer_id = medians.customer_id
left join deviations
    on interval_sums.customer_id = deviations.customer_id
