{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set text = dbt.type_string() -%}
{#- The columns that single alerts fill. -#}
{%- set details = {
    'interval_ratio': [dbt_rfm.type_decimal(28, 6), ['churn_risk']],
    'days_overdue': ['integer', ['overdue_follow_up']],
    'expected_next_order_date': ['date', ['churn_risk', 'about_to_order']],
    'next_refresh_date': ['date', ['tier_dropped_risk']],
    'other_tier': [text, ['tier_dropped_risk', 'near_upgrade']],
    'orders_missing': ['bigint', ['near_upgrade']],
    'amount_missing': [dbt_rfm.type_decimal(28, 6), ['near_upgrade']],
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

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}

),

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
        next_periods.next_refresh_date,
        {{ dbt.datediff(
            'follow_ups.report_date', 'next_periods.next_refresh_date', 'day'
        ) }} as days_to_refresh,
        next_tiers.tier as next_tier,
        {{ dbt_rfm.tier_label('tiers', 'en') }} as next_label,
        {{ dbt_rfm.tier_label('tiers', 'zh') }} as next_label_zh,
        tiers.tier_rank - follow_ups.tier_rank as ranks_lost,
        upgrades.orders_missing,
        upgrades.amount_missing,
        upgrades.tier_by_orders,
        upgrades.tier_by_amount,
        {{ dbt_rfm.tier_label('tiers_by_orders', 'en') }} as label_by_orders,
        {{ dbt_rfm.tier_label('tiers_by_orders', 'zh') }}
            as label_zh_by_orders,
        {{ dbt_rfm.tier_label('tiers_by_amount', 'en') }} as label_by_amount,
        {{ dbt_rfm.tier_label('tiers_by_amount', 'zh') }}
            as label_zh_by_amount
    from follow_ups
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
    left join tiers as tiers_by_orders
        on
            upgrades.scheme = tiers_by_orders.scheme
            and upgrades.tier_by_orders = tiers_by_orders.tier
    left join tiers as tiers_by_amount
        on
            upgrades.scheme = tiers_by_amount.scheme
            and upgrades.tier_by_amount = tiers_by_amount.tier

),

churn_risk as (

    select
        facts.*,
        facts.churn_risk_reason as message,
        facts.churn_risk_reason_zh as message_zh
    from facts
    cross join limits
    where
        facts.own_intervals >= limits.churn_risk_min_intervals
        and facts.interval_ratio >= limits.churn_risk_min_interval_ratio
        and facts.recency_days <= limits.churn_risk_max_recency_days

),

overdue_follow_up as (

    select
        facts.*,
        facts.follow_up_reason as message,
        facts.follow_up_reason_zh as message_zh
    from facts
    cross join limits
    where facts.days_overdue >= limits.overdue_follow_up_min_days_overdue

),

about_to_order as (

    select
        facts.*,
        'The next order is expected on ' || {{ dbt_rfm.as_text('facts.expected_next_order_date') }}
            as message,
        '预计下次下单日期 ' || {{ dbt_rfm.as_text('facts.expected_next_order_date') }} as message_zh
    from facts
    cross join limits
    where
        facts.own_intervals >= limits.about_to_order_min_intervals
        and facts.days_to_next_order between 0 and limits.about_to_order_max_days_ahead

),

tier_dropped_risk as (

    select
        facts.*,
        facts.next_tier as other_tier,
        coalesce('Falls to ' || facts.next_label, 'Is not graded any more') || ' on '
        || {{ dbt_rfm.as_text('facts.next_refresh_date') }} || ' unless an order comes' as message,
        '如果到' || {{ dbt_rfm.as_text('facts.next_refresh_date') }} || '仍不下单，将'
        || coalesce('降为 ' || facts.next_label_zh, '不再参与分级') as message_zh
    from facts
    cross join limits
    where
        (
            facts.next_tier is null
            or facts.ranks_lost >= limits.tier_dropped_risk_min_ranks_lost
        )
        and facts.days_to_refresh <= limits.tier_dropped_risk_max_days_ahead

),

upgrade_facts as (

    select
        facts.*,
        facts.orders_missing <= limits.near_upgrade_max_orders_missing as is_near_by_orders,
        facts.amount_missing
        <= {{ dbt_rfm.decimal('limits.near_upgrade_max_amount_share', 13, 6) }}
        * {{ dbt_rfm.decimal('facts.monetary', 24, 6) }} as is_near_by_amount
    from facts
    cross join limits
    where facts.recency_days <= limits.near_upgrade_max_recency_days

),

near_upgrade as (

    select
        upgrade_facts.*,
        case
            when upgrade_facts.is_near_by_orders then upgrade_facts.tier_by_orders
            else upgrade_facts.tier_by_amount
        end as other_tier,
        {{ dbt_rfm.upgrade_message('upgrade_facts', 'en') | indent(8) }} as message,
        {{ dbt_rfm.upgrade_message('upgrade_facts', 'zh') | indent(8) }} as message_zh
    from upgrade_facts
    where upgrade_facts.is_near_by_orders or upgrade_facts.is_near_by_amount

)
{% for alert in dbt_rfm.rfm_allowed_values('alert_limit') %}
select
    cast(scheme as {{ text }}) as scheme,
    as_of_date,
    report_date,
    customer_id,
    cast('{{ alert }}' as {{ text }}) as alert,
    tier,
    tier_rank,
    monetary,
    {%- for column, (type, alerts) in details.items() %}
    cast({{ column if alert in alerts else 'null' }} as {{ type }}) as {{ column }},
    {%- endfor %}
    cast(message as {{ text }}) as message,
    cast(message_zh as {{ text }}) as message_zh
from {{ alert }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
