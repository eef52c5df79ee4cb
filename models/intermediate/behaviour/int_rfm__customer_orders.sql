with orders as (
    select * from {{ ref('int_rfm__orders') }}
    where
        order_scope = '{{ dbt_rfm.rfm_all_lines() }}'
        and not is_refund
),

report_dates as (

    select max(report_date) as report_date
    from {{ ref('int_rfm__periods') }}

),

behaviour_bands as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_behaviour_bands') }}
    where kind = 'order_value'
),


counted as (

    select orders.*
    from orders
    inner join report_dates
        on orders.order_date <= report_dates.report_date

),

dated as (

    select
        counted.*,
        lag(counted.order_date) over (
            partition by counted.customer_id
            order by
                counted.ordered_at,
                {{ dbt_rfm.by_bytes('counted.order_id') }},
                {{ dbt_rfm.by_bytes('counted.source_system') }}
        ) as previous_order_date
    from counted

)

select
    dated.customer_id,
    dated.order_id,
    dated.source_system,
    dated.ordered_at,
    dated.order_date,
    dated.amount,
    dated.quantity,
    dated.listed_amount,
    dated.list_amount,
    dated.channel,
    dated.payment_method,
    behaviour_bands.band as order_value_band,
    {{ dbt_rfm.two_hour_band('dated.ordered_at') | indent(4) }} as hour_band,
    {{ dbt_rfm.weekday_name('dated.order_date') | indent(4) }} as weekday,
    {{ dbt.datediff(
        'dated.previous_order_date', 'dated.order_date', 'day'
    ) }} as interval_days
from dated
left join behaviour_bands
    on
        (behaviour_bands.lower_bound is null or dated.amount >= behaviour_bands.lower_bound)
        and (behaviour_bands.upper_bound is null or dated.amount < behaviour_bands.upper_bound)
