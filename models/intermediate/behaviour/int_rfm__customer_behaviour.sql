{%- set money = dbt_rfm.type_decimal(28, 6) -%}
{%- set main_preferences = {
    'category_1': ['category', 1],
    'category_2': ['category', 2],
    'category_3': ['category', 3],
    'main_channel': ['channel', 1],
    'main_payment_method': ['payment_method', 1],
    'order_value_band': ['order_value_band', 1],
    'peak_hours': ['hour_band', 1],
    'peak_weekday': ['weekday', 1],
} %}

with customer_intervals as (select * from {{ ref('int_rfm__customer_intervals') }}),

next_orders as (select * from {{ ref('int_rfm__next_orders') }}),

customer_classes as (
    select * from {{ ref('int_rfm__customer_classes') }}
    where is_report_date
),

class_outcomes as (select * from {{ ref('int_rfm__class_outcomes') }}),

preferences as (
    select * from {{ ref('int_rfm__customer_preferences') }}
    where preference_rank <= 3
),

refund_orders as (
    select * from {{ ref('int_rfm__orders') }}
    where
        order_scope = '{{ dbt_rfm.rfm_all_lines() }}'
        and is_refund
),

report_dates as (

    select
        max(report_date) as report_date,
        {{ 'true' if dbt_rfm.rfm_setting('rfm_refunds') == 'net' else 'false' }} as has_refunds
    from {{ ref('int_rfm__periods') }}

),

behaviour_bands as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_behaviour_bands') }}
),

price_sensitivities as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_price_sensitivity') }}
),

life_cycles as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_life_cycles') }}
),

main_preferences as (

    select
        customer_id,
        {%- for column, (preference, rank) in main_preferences.items() %}
        {%- set is_it -%}
        preference = '{{ preference }}' and preference_rank = {{ rank }}
        {%- endset %}
        max(case when {{ is_it }} then value end) as {{ column }},
        max(case when {{ is_it }} then share end) as {{ column }}_share
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from preferences
    group by customer_id

),

refunds as (

    select
        refund_orders.customer_id,
        sum(refund_orders.lines) as refund_lines,
        -sum(refund_orders.amount) as refunded_amount,
        -sum(refund_orders.quantity) as refunded_quantity
    from refund_orders
    inner join report_dates
        on refund_orders.order_date <= report_dates.report_date
    group by refund_orders.customer_id

),

measured as (

    select
        customer_intervals.*,
        report_dates.report_date,
        report_dates.has_refunds,
        {{ dbt.datediff(
            'customer_intervals.first_order_date', 'report_dates.report_date', 'day'
        ) }} as tenure_days,
        {{ dbt.datediff(
            'customer_intervals.last_order_date', 'report_dates.report_date', 'day'
        ) }} as recency_days
    from customer_intervals
    cross join report_dates

),

expected as (

    select
        measured.*,
        next_orders.expected_interval_days,
        next_orders.own_interval_weight,
        next_orders.expected_next_order_date,
        next_orders.next_order_window_start,
        next_orders.next_order_window_end,
        next_orders.days_late,
        next_orders.interval_ratio,
        class_outcomes.order_again_probability,
        class_outcomes.similar_customers,
        class_outcomes.similar_customers_ordered,
        class_outcomes.alike,
        class_outcomes.alike_zh
    from measured
    left join next_orders
        on measured.customer_id = next_orders.customer_id
    left join customer_classes
        on measured.customer_id = customer_classes.customer_id
    left join class_outcomes
        on
            customer_classes.order_days_band = class_outcomes.order_days_band
            and customer_classes.wait_band = class_outcomes.wait_band

),

life_cycle_priorities as (

    select
        measured.customer_id,
        min(life_cycles.priority) as priority
    from measured
    inner join life_cycles
        on
            (
                life_cycles.max_tenure_days is null
                or measured.tenure_days <= life_cycles.max_tenure_days
            )
            and (
                life_cycles.max_recency_days is null
                or measured.recency_days <= life_cycles.max_recency_days
            )
    group by measured.customer_id

)

select
    expected.customer_id,
    expected.report_date,
    expected.orders,
    expected.day_intervals + 1 as order_days,
    expected.first_order_date,
    expected.last_order_date,
    cast(expected.tenure_days as integer) as tenure_days,
    cast(expected.recency_days as integer) as recency_days,
    {%- for column in ['mean_interval_days', 'median_interval_days', 'interval_spread_days'] %}
    cast(expected.{{ column }} as {{ money }}) as {{ column }},
    {%- endfor %}
    {%- for column in (main_preferences | list)[:5] %}
    main_preferences.{{ column }},
    main_preferences.{{ column }}_share,
    {%- endfor %}
    cast(expected.paid_amount as {{ money }}) as paid_amount,
    cast(expected.quantity as bigint) as quantity,
    cast(expected.average_order_value as {{ money }}) as average_order_value,
    cast(expected.pieces_per_order as {{ money }}) as pieces_per_order,
    main_preferences.order_value_band,
    main_preferences.order_value_band_share,
    cast(expected.discount_rate as {{ money }}) as discount_rate,
    discount_bands.band as discount_band,
    price_sensitivities.price_sensitivity,
    main_preferences.peak_hours,
    main_preferences.peak_hours_share,
    main_preferences.peak_weekday,
    main_preferences.peak_weekday_share,
    {%- for column, type in {
        'refund_lines': 'bigint', 'refunded_amount': money, 'refunded_quantity': 'bigint',
    }.items() %}
    cast(
        case when expected.has_refunds then coalesce(refunds.{{ column }}, 0) end as {{ type }}
    ) as {{ column }},
    {%- endfor %}
    life_cycles.life_cycle,
    life_cycles.label as life_cycle_label,
    life_cycles.label_zh as life_cycle_label_zh,
    expected.expected_interval_days,
    expected.own_interval_weight,
    expected.expected_next_order_date,
    expected.next_order_window_start,
    expected.next_order_window_end,
    cast(expected.days_late as integer) as days_late,
    cast(expected.interval_ratio as {{ money }}) as interval_ratio,
    expected.order_again_probability,
    expected.similar_customers,
    expected.similar_customers_ordered,
    churn_bands.band as churn_risk,
    {{ dbt_rfm.churn_risk_reason('expected', 'en') | indent(4) }} as churn_risk_reason,
    {{ dbt_rfm.churn_risk_reason('expected', 'zh') | indent(4) }} as churn_risk_reason_zh
from expected
left join main_preferences
    on expected.customer_id = main_preferences.customer_id
left join refunds
    on expected.customer_id = refunds.customer_id
left join life_cycle_priorities
    on expected.customer_id = life_cycle_priorities.customer_id
left join life_cycles
    on life_cycle_priorities.priority = life_cycles.priority
left join behaviour_bands as discount_bands
    on {{ dbt_rfm.in_band('expected.discount_rate', 'discount_bands', 'discount_rate') }}
left join price_sensitivities
    on
        discount_bands.band = price_sensitivities.discount_band
        and main_preferences.order_value_band = price_sensitivities.order_value_band
left join behaviour_bands as churn_bands
    on {{ dbt_rfm.in_band(
        'expected.order_again_probability', 'churn_bands', 'churn_risk'
    ) }}
