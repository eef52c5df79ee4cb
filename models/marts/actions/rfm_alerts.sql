{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set text = dbt.type_string() -%}
{%- set on_day = dbt_rfm.as_text('expected_next_order_date') -%}
{%- set on_refresh = dbt_rfm.as_text('next_refresh_date') -%}
{#- The columns that single alerts fill, with their types. -#}
{%- set details = {
    'interval_ratio': dbt_rfm.type_decimal(28, 6),
    'order_again_probability': dbt_rfm.type_decimal(9, 6),
    'days_overdue': 'integer',
    'expected_next_order_date': 'date',
    'next_refresh_date': 'date',
    'other_tier': text,
    'orders_missing': 'bigint',
    'amount_missing': dbt_rfm.type_decimal(28, 6),
} -%}
{#- An alert: in which facts it is looked for, when it is raised, what it says, and which of these
    columns it fills. Its limits in rfm_alert_limits are columns, such as late_min_days_late. What is
    known of a customer whatever the scheme is told once. -#}
{%- set is_churning = 'days_late > 0 and own_intervals >= churn_risk_min_intervals'
    ~ ' and order_again_probability < churn_risk_order_again_probability_below'
    ~ ' and recency_days <= churn_risk_max_recency_days' -%}
{%- set alerts = {
    'churn_risk': {
        'in': 'customer_facts',
        'when': is_churning,
        'message': 'churn_risk_reason',
        'message_zh': 'churn_risk_reason_zh',
        'fills': ['interval_ratio', 'order_again_probability', 'expected_next_order_date'],
    },
    'late': {
        'in': 'customer_facts',
        'when': 'days_late >= late_min_days_late and own_intervals >= late_min_intervals'
            ~ ' and recency_days <= late_max_recency_days'
            ~ ' and not coalesce(' ~ is_churning ~ ', false)',
        'message': 'churn_risk_reason',
        'message_zh': 'churn_risk_reason_zh',
        'fills': ['interval_ratio', 'order_again_probability', 'expected_next_order_date'],
    },
    'about_to_order': {
        'in': 'customer_facts',
        'when': 'own_intervals >= about_to_order_min_intervals'
            ~ ' and days_to_next_order between 0 and about_to_order_max_days_ahead',
        'message': "'Order expected on ' || " ~ on_day,
        'message_zh': "'预计' || " ~ on_day ~ " || '下单'",
        'fills': ['expected_next_order_date'],
    },
    'overdue_follow_up': {
        'in': 'scheme_facts',
        'when': 'days_overdue >= overdue_follow_up_min_days_overdue',
        'message': 'follow_up_reason',
        'message_zh': 'follow_up_reason_zh',
        'fills': ['days_overdue'],
    },
    'tier_dropped_risk': {
        'in': 'scheme_facts',
        'when': 'tier is not null'
            ~ ' and (next_tier is null or ranks_lost >= tier_dropped_risk_min_ranks_lost)'
            ~ ' and days_to_refresh <= tier_dropped_risk_max_days_ahead'
            ~ ' and (coalesce(expected_next_order_date > next_refresh_date, true)'
            ~ ' or order_again_probability < tier_dropped_risk_order_again_probability_below)',
        'message': "coalesce('Falls to ' || next_label, 'Drops out of the grading') || ' on ' || "
            ~ on_refresh ~ " || ' unless they order'",
        'message_zh': "'若' || " ~ on_refresh
            ~ " || '前仍未下单，将' || coalesce('降为“' || next_label_zh || '”', '不再参与分级')",
        'fills': [
            'order_again_probability', 'expected_next_order_date', 'next_refresh_date', 'other_tier',
        ],
        'other_tier': 'next_tier',
    },
    'near_upgrade': {
        'in': 'scheme_facts',
        'when': 'recency_days <= near_upgrade_max_recency_days'
            ~ ' and (is_near_by_orders or is_near_by_amount)',
        'message': dbt_rfm.upgrade_message('scheme_facts', 'en'),
        'message_zh': dbt_rfm.upgrade_message('scheme_facts', 'zh'),
        'fills': ['other_tier', 'orders_missing', 'amount_missing'],
        'other_tier': 'case when is_near_by_orders then tier_by_orders else tier_by_amount end',
    },
} %}

with follow_ups as (select * from {{ ref('int_rfm__follow_ups') }}),

customer_behaviour as (select * from {{ ref('int_rfm__customer_behaviour') }}),

customers as (
    select * from {{ ref('stg_rfm__customers') }}
    where reject_reason is null
),

churn_bands as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_behaviour_bands') }}
    where kind = 'churn_risk'
),

next_refreshes as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'next_refresh'
),

next_tiers as (
    select * from {{ ref('int_rfm__later_tiers') }}
    where period = 'next_refresh'
),

upgrades as (select * from {{ ref('int_rfm__upgrades') }}),

alert_limits as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_alert_limits') }}
),

-- One row, a column a limit, such as churn_risk_min_intervals.
limits as (

    select
        {%- for alert, limit_names in dbt_rfm.rfm_allowed_values('alert_limit').items() %}
        {%- for name in limit_names %}
        max(case when alert = '{{ alert }}' and limit_name = '{{ name }}' then value end)
            as {{ alert }}_{{ name }},
        {%- endfor %}
        {%- endfor %}
        count(*) as limits
    from alert_limits

),

customer_facts as (

    select
        '(all)' as scheme,
        cast(null as date) as as_of_date,
        customer_behaviour.report_date,
        customer_behaviour.customer_id,
        cast(null as {{ text }}) as tier,
        cast(null as integer) as tier_rank,
        customer_behaviour.paid_amount as monetary,
        customer_behaviour.order_days - 1 as own_intervals,
        customer_behaviour.recency_days,
        customer_behaviour.days_late,
        customer_behaviour.interval_ratio,
        customer_behaviour.order_again_probability,
        customer_behaviour.expected_next_order_date,
        {{ dbt.datediff(
            'customer_behaviour.report_date', 'customer_behaviour.expected_next_order_date', 'day'
        ) }} as days_to_next_order,
        customer_behaviour.churn_risk_reason,
        customer_behaviour.churn_risk_reason_zh,
        limits.*
    from customer_behaviour
    cross join limits

),

reasoned as (

    select
        follow_ups.*,
        customers.membership_level,
        churn_bands.label as churn_risk_label,
        churn_bands.label_zh as churn_risk_label_zh
    from follow_ups
    left join customer_behaviour
        on follow_ups.customer_id = customer_behaviour.customer_id
    left join customers
        on follow_ups.customer_id = customers.customer_id
    left join churn_bands
        on customer_behaviour.churn_risk = churn_bands.band

),

scheme_facts as (

    select
        follow_ups.scheme,
        follow_ups.as_of_date,
        follow_ups.report_date,
        follow_ups.customer_id,
        follow_ups.tier,
        follow_ups.tier_rank,
        follow_ups.monetary,
        follow_ups.days_overdue,
        {{ dbt_rfm.follow_up_reason('follow_ups', 'en') | indent(8) }} as follow_up_reason,
        {{ dbt_rfm.follow_up_reason('follow_ups', 'zh') | indent(8) }} as follow_up_reason_zh,
        customer_behaviour.recency_days,
        customer_behaviour.order_again_probability,
        customer_behaviour.expected_next_order_date,
        next_refreshes.measured_on as next_refresh_date,
        {{ dbt.datediff(
            'follow_ups.report_date', 'next_refreshes.measured_on', 'day'
        ) }} as days_to_refresh,
        next_tiers.tier as next_tier,
        next_tiers.tier_label as next_label,
        next_tiers.tier_label_zh as next_label_zh,
        next_tiers.tier_rank - follow_ups.tier_rank as ranks_lost,
        {%- for missing in ['orders', 'amount'] %}
        upgrades.{{ missing }}_missing,
        upgrades.tier_by_{{ missing }},
        upgrades.tier_label_by_{{ missing }} as label_by_{{ missing }},
        upgrades.tier_label_zh_by_{{ missing }} as label_zh_by_{{ missing }},
        {%- endfor %}
        upgrades.orders_missing <= limits.near_upgrade_max_orders_missing as is_near_by_orders,
        upgrades.amount_missing
        <= {{ dbt_rfm.decimal('limits.near_upgrade_max_amount_share', 13, 6) }}
        * {{ dbt_rfm.decimal('follow_ups.monetary', 24, 6) }} as is_near_by_amount,
        limits.*
    from reasoned as follow_ups
    inner join next_refreshes
        on follow_ups.scheme = next_refreshes.scheme
    cross join limits
    left join customer_behaviour
        on follow_ups.customer_id = customer_behaviour.customer_id
    left join next_tiers
        on
            follow_ups.scheme = next_tiers.scheme
            and follow_ups.customer_id = next_tiers.customer_id
    left join upgrades
        on
            follow_ups.scheme = upgrades.scheme
            and follow_ups.customer_id = upgrades.customer_id

)
{% for alert, raised in alerts.items() %}
select
    cast(scheme as {{ text }}) as scheme,
    as_of_date,
    report_date,
    customer_id,
    cast('{{ alert }}' as {{ text }}) as alert,
    cast({{ alert }}_priority as integer) as priority,
    tier,
    tier_rank,
    monetary,
    {%- for column, type in details.items() %}
    cast({{ raised.get(column, column) if column in raised.fills else 'null' }} as {{ type }})
        as {{ column }},
    {%- endfor %}
    cast({{ raised.message }} as {{ text }}) as message,
    cast({{ raised.message_zh }} as {{ text }}) as message_zh
from {{ raised.in }}
where {{ raised.when }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
