{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set text = dbt.type_string() -%}
{%- set columns = {
    'interval_ratio': dbt_rfm.type_decimal(28, 6),
    'days_overdue': 'integer',
    'expected_next_order_date': 'date',
    'next_refresh_date': 'date',
    'other_tier': text,
    'orders_missing': 'bigint',
    'amount_missing': dbt_rfm.type_decimal(28, 6),
    'message': text,
    'message_zh': text,
} -%}
{#- Each alert: where it is raised, and which columns it fills. -#}
{%- set expected_date = dbt_rfm.as_text('facts.expected_next_order_date') -%}
{%- set alerts = {
    'churn_risk': {
        'where': 'facts.own_intervals >= limits.churn_risk_min_intervals'
            ~ ' and facts.interval_ratio >= limits.churn_risk_min_interval_ratio'
            ~ ' and facts.recency_days <= limits.churn_risk_max_recency_days',
        'interval_ratio': 'facts.interval_ratio',
        'expected_next_order_date': 'facts.expected_next_order_date',
        'message': 'facts.churn_risk_reason',
        'message_zh': 'facts.churn_risk_reason_zh',
    },
    'overdue_follow_up': {
        'where': 'facts.days_overdue >= limits.overdue_follow_up_min_days_overdue',
        'days_overdue': 'facts.days_overdue',
        'message': 'facts.follow_up_reason',
        'message_zh': 'facts.follow_up_reason_zh',
    },
    'about_to_order': {
        'where': 'facts.own_intervals >= limits.about_to_order_min_intervals'
            ~ ' and facts.days_ahead between 0 and limits.about_to_order_max_days_ahead',
        'expected_next_order_date': 'facts.expected_next_order_date',
        'message': "'The next order is expected on ' || " ~ expected_date,
        'message_zh': "'预计下次下单日期 ' || " ~ expected_date,
    },
    'tier_dropped_risk': {
        'where': '(facts.next_tier_rank is null or facts.next_tier_rank - facts.tier_rank'
            ~ ' >= limits.tier_dropped_risk_min_ranks_lost)'
            ~ ' and facts.days_to_refresh <= limits.tier_dropped_risk_max_days_ahead',
        'next_refresh_date': 'facts.next_refresh_date',
        'other_tier': 'facts.next_tier',
        'message': "'Without an order until ' || " ~ dbt_rfm.as_text('facts.next_refresh_date')
            ~ " || coalesce(' falls to ' || facts.next_tier, ' is not graded any more')",
        'message_zh': "'如果到' || " ~ dbt_rfm.as_text('facts.next_refresh_date')
            ~ " || '仍不下单，将' || coalesce('降为 ' || facts.next_tier, '不再参与分级')",
    },
    'near_upgrade': {
        'where': 'facts.is_near_by_orders or facts.is_near_by_amount',
        'other_tier': 'case when facts.is_near_by_orders then facts.tier_by_orders'
            ~ ' else facts.tier_by_amount end',
        'orders_missing': 'facts.orders_missing',
        'amount_missing': 'facts.amount_missing',
        'message': "'Missing: ' || coalesce(" ~ dbt_rfm.plain_decimal('facts.orders_missing')
            ~ " || case when facts.orders_missing = 1 then ' order' else ' orders' end || ' to '"
            ~ " || facts.tier_by_orders, '')"
            ~ " || case when facts.orders_missing is not null and facts.amount_missing is not null"
            ~ " then ', or ' else '' end || coalesce("
            ~ dbt_rfm.plain_decimal('facts.amount_missing')
            ~ " || ' more spending to ' || facts.tier_by_amount, '')",
        'message_zh': "'还差：' || coalesce('再下' || "
            ~ dbt_rfm.plain_decimal('facts.orders_missing')
            ~ " || '单升为 ' || facts.tier_by_orders, '')"
            ~ " || case when facts.orders_missing is not null and facts.amount_missing is not null"
            ~ " then '，或' else '' end || coalesce('再消费' || "
            ~ dbt_rfm.plain_decimal('facts.amount_missing')
            ~ " || '升为 ' || facts.tier_by_amount, '')",
    },
} %}

with follow_ups as (

    select * from {{ ref('rfm_follow_ups') }}

),

customer_behaviour as (

    select * from {{ ref('rfm_customer_behaviour') }}

),

next_periods as (

    select * from {{ ref('int_rfm__next_periods') }}

),

next_tiers as (

    select * from {{ ref('int_rfm__next_tiers') }}

),

upgrades as (

    select * from {{ ref('int_rfm__upgrades') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

alert_limits as (

    select * from {{ ref('stg_rfm__alert_limits') }}

),

limits as (

    select
        {%- for alert, limit_names in dbt_rfm.rfm_alert_limit_names().items() %}
        {%- set is_last_alert = loop.last %}
        {%- for limit_name in limit_names %}
        max(
            case when alert = '{{ alert }}' and limit_name = '{{ limit_name }}' then value end
        ) as {{ alert }}_{{ limit_name }}
        {%- if not (is_last_alert and loop.last) %},{% endif %}
        {%- endfor %}
        {%- endfor %}
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
        ) }} as days_ahead,
        customer_behaviour.churn_risk_reason,
        customer_behaviour.churn_risk_reason_zh,
        next_periods.next_refresh_date,
        {{ dbt.datediff(
            'follow_ups.report_date', 'next_periods.next_refresh_date', 'day'
        ) }} as days_to_refresh,
        next_tiers.tier as next_tier,
        tiers.tier_rank as next_tier_rank,
        upgrades.orders_missing,
        upgrades.amount_missing,
        upgrades.tier_by_orders,
        upgrades.tier_by_amount,
        coalesce(upgrades.orders_missing <= limits.near_upgrade_max_orders_missing, false)
            as is_near_by_orders,
        coalesce(
            upgrades.amount_missing
            <= {{ dbt_rfm.decimal('limits.near_upgrade_max_amount_share', 12, 6) }}
            * {{ dbt_rfm.decimal('follow_ups.monetary', 24, 6) }},
            false
        ) as is_near_by_amount
    from follow_ups
    cross join limits
    inner join next_periods
        on follow_ups.scheme = next_periods.scheme
    left join customer_behaviour
        on follow_ups.customer_id = customer_behaviour.customer_id
    left join next_tiers
        on
            follow_ups.scheme = next_tiers.scheme
            and follow_ups.customer_id = next_tiers.customer_id
    left join tiers
        on
            next_tiers.scheme = tiers.scheme
            and next_tiers.tier = tiers.tier
    left join upgrades
        on
            follow_ups.scheme = upgrades.scheme
            and follow_ups.customer_id = upgrades.customer_id

)
{% for alert, filled in alerts.items() %}
select
    cast(facts.scheme as {{ text }}) as scheme,
    facts.as_of_date,
    facts.report_date,
    facts.customer_id,
    cast('{{ alert }}' as {{ text }}) as alert,
    facts.tier,
    facts.tier_rank,
    facts.monetary,
    {%- for column, type in columns.items() %}
    cast({{ filled.get(column, 'null') }} as {{ type }}) as {{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from facts
cross join limits
where {{ filled.where }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
