{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set text = dbt.type_string() -%}
{%- set on_day = dbt_rfm.as_text('expected_next_order_date') -%}
{%- set on_refresh = dbt_rfm.as_text('next_refresh_date') -%}
{#- The columns that single alerts fill, with their types. -#}
{%- set details = {
    'interval_ratio': dbt_rfm.type_decimal(28, 6),
    'days_overdue': 'integer',
    'expected_next_order_date': 'date',
    'next_refresh_date': 'date',
    'other_tier': text,
    'orders_missing': 'bigint',
    'amount_missing': dbt_rfm.type_decimal(28, 6),
} -%}
{#- An alert: when it is raised, what it says, and which of these columns it fills. Its limits in
    rfm_alert_limits are columns, such as churn_risk_min_intervals. -#}
{%- set alerts = {
    'churn_risk': {
        'when': 'own_intervals >= churn_risk_min_intervals'
            ~ ' and interval_ratio >= churn_risk_min_interval_ratio'
            ~ ' and recency_days <= churn_risk_max_recency_days',
        'message': 'churn_risk_reason',
        'message_zh': 'churn_risk_reason_zh',
        'fills': ['interval_ratio', 'expected_next_order_date'],
    },
    'overdue_follow_up': {
        'when': 'days_overdue >= overdue_follow_up_min_days_overdue',
        'message': 'follow_up_reason',
        'message_zh': 'follow_up_reason_zh',
        'fills': ['days_overdue'],
    },
    'about_to_order': {
        'when': 'own_intervals >= about_to_order_min_intervals'
            ~ ' and days_to_next_order between 0 and about_to_order_max_days_ahead',
        'message': "'The next order is expected on ' || " ~ on_day,
        'message_zh': "'预计下次下单日期 ' || " ~ on_day,
        'fills': ['expected_next_order_date'],
    },
    'tier_dropped_risk': {
        'when': '(next_tier is null or ranks_lost >= tier_dropped_risk_min_ranks_lost)'
            ~ ' and days_to_refresh <= tier_dropped_risk_max_days_ahead',
        'message': "coalesce('Falls to ' || next_label, 'Is not graded any more') || ' on ' || "
            ~ on_refresh ~ " || ' unless an order comes'",
        'message_zh': "'如果到' || " ~ on_refresh
            ~ " || '仍不下单，将' || coalesce('降为 ' || next_label_zh, '不再参与分级')",
        'fills': ['next_refresh_date', 'other_tier'],
        'other_tier': 'next_tier',
    },
    'near_upgrade': {
        'when': 'recency_days <= near_upgrade_max_recency_days'
            ~ ' and (is_near_by_orders or is_near_by_amount)',
        'message': dbt_rfm.upgrade_message('limited_facts', 'en'),
        'message_zh': dbt_rfm.upgrade_message('limited_facts', 'zh'),
        'fills': ['other_tier', 'orders_missing', 'amount_missing'],
        'other_tier': 'case when is_near_by_orders then tier_by_orders else tier_by_amount end',
    },
} %}

with follow_ups as (select * from {{ ref('rfm_follow_ups') }}),

customer_behaviour as (select * from {{ ref('rfm_customer_behaviour') }}),

next_refreshes as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'next_refresh'
),

next_tiers as (select * from {{ ref('int_rfm__next_tiers') }}),

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

facts as (

    select
        follow_ups.scheme,
        follow_ups.as_of_date,
        follow_ups.report_date,
        follow_ups.customer_id,
        follow_ups.tier,
        follow_ups.tier_rank,
        follow_ups.monetary,
        follow_ups.days_overdue,
        follow_ups.reason as follow_up_reason,
        follow_ups.reason_zh as follow_up_reason_zh,
        customer_behaviour.order_days - 1 as own_intervals,
        customer_behaviour.recency_days,
        customer_behaviour.interval_ratio,
        customer_behaviour.expected_next_order_date,
        {{ dbt.datediff(
            'customer_behaviour.report_date', 'customer_behaviour.expected_next_order_date', 'day'
        ) }} as days_to_next_order,
        customer_behaviour.churn_risk_reason,
        customer_behaviour.churn_risk_reason_zh,
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
        upgrades.tier_label_zh_by_{{ missing }} as label_zh_by_{{ missing }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from follow_ups
    inner join next_refreshes
        on follow_ups.scheme = next_refreshes.scheme
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

),

limited_facts as (

    select
        facts.*,
        limits.*,
        facts.orders_missing <= limits.near_upgrade_max_orders_missing as is_near_by_orders,
        facts.amount_missing
        <= {{ dbt_rfm.decimal('limits.near_upgrade_max_amount_share', 13, 6) }}
        * {{ dbt_rfm.decimal('facts.monetary', 24, 6) }} as is_near_by_amount
    from facts
    cross join limits

)
{% for alert, raised in alerts.items() %}
select
    cast(scheme as {{ text }}) as scheme,
    as_of_date,
    report_date,
    customer_id,
    cast('{{ alert }}' as {{ text }}) as alert,
    tier,
    tier_rank,
    monetary,
    {%- for column, type in details.items() %}
    cast({{ raised.get(column, column) if column in raised.fills else 'null' }} as {{ type }})
        as {{ column }},
    {%- endfor %}
    cast({{ raised.message }} as {{ text }}) as message,
    cast({{ raised.message_zh }} as {{ text }}) as message_zh
from limited_facts
where {{ raised.when }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
