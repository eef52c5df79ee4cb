{%- set order_key = ['customer_id', 'order_id', 'source_system'] %}

with purchase_lines as (

    select * from {{ ref('int_rfm__purchase_lines') }}
    where not is_refund

),

report_dates as (

    select max(latest_report_date) as report_date
    from {{ ref('int_rfm__report_dates') }}

),

behaviour_bands as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_behaviour_bands') }}
    where kind = 'order_value'

),

numbered as (

    select
        purchase_lines.*,
        row_number() over (
            partition by purchase_lines.{{ order_key | join(', purchase_lines.') }}
            order by
                purchase_lines.amount desc,
                {{ dbt_rfm.by_bytes('purchase_lines.line_id') }}
        ) as line_number
    from purchase_lines

),

orders as (

    select
        {{ order_key | join(',\n        ') }},
        min(ordered_at) as ordered_at,
        cast(min(ordered_at) as date) as order_date,
        cast(sum(amount) as {{ dbt_rfm.type_decimal(28, 6) }}) as amount,
        cast(sum(quantity) as bigint) as quantity,
        cast(
            sum(case when list_amount > 0 then amount else 0 end)
            as {{ dbt_rfm.type_decimal(28, 6) }}
        ) as listed_amount,
        cast(
            sum(case when list_amount > 0 then list_amount else 0 end)
            as {{ dbt_rfm.type_decimal(28, 6) }}
        ) as list_amount,
        max(case when line_number = 1 then channel end) as channel,
        max(case when line_number = 1 then payment_method end) as payment_method
    from numbered
    group by {{ order_key | join(', ') }}

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
