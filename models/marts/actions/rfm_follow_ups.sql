{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set place = ['scheme', 'tier_rank', 'days_overdue', 'monetary'] %}

with follow_ups as (select * from {{ ref('int_rfm__follow_ups') }}),

customer_behaviour as (select * from {{ ref('rfm_customer_behaviour') }}),

customers as (
    select * from {{ ref('stg_rfm__customers') }}
    where reject_reason is null
),

strategies as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_strategies') }}
),

priorities as (select * from {{ ref('int_rfm__follow_up_priorities') }})

select
    cast(follow_ups.scheme as {{ dbt.type_string() }}) as scheme,
    follow_ups.as_of_date,
    follow_ups.report_date,
    follow_ups.customer_id,
    follow_ups.tier,
    follow_ups.tier_rank,
    follow_ups.label as tier_label,
    follow_ups.label_zh as tier_label_zh,
    cast(follow_ups.status as {{ dbt.type_string() }}) as status,
    cast(priorities.priority as bigint) as priority,
    follow_ups.next_contact_due_date,
    cast(follow_ups.days_overdue as integer) as days_overdue,
    cast(follow_ups.contacts_made as integer) as contacts_made,
    cast(follow_ups.contacts_owed_min as integer) as contacts_owed_min,
    cast(follow_ups.contacts_owed_max as integer) as contacts_owed_max,
    follow_ups.contacts_min,
    follow_ups.contacts_max,
    follow_ups.every_n as contact_every_n,
    follow_ups.period as contact_period,
    follow_ups.round_start_date,
    follow_ups.round_end_date,
    cast(follow_ups.last_contacted_at as {{ dbt.type_timestamp() }}) as last_contacted_at,
    follow_ups.last_contact_channel,
    follow_ups.last_contact_outcome,
    follow_ups.monetary,
    follow_ups.last_order_date,
    customer_behaviour.life_cycle,
    customers.membership_level,
    cast(customers.registered_at as {{ dbt.type_timestamp() }}) as registered_at,
    customer_behaviour.main_channel,
    customer_behaviour.churn_risk,
    {{ dbt_rfm.follow_up_reason('follow_ups', 'en') | indent(4) }} as reason,
    {{ dbt_rfm.follow_up_reason('follow_ups', 'zh') | indent(4) }} as reason_zh,
    follow_ups.action,
    follow_ups.action_zh,
    strategies.strategy,
    strategies.strategy_zh,
    case
        when customer_behaviour.life_cycle = 'new'
            then coalesce(strategies.new_customer_offer, strategies.offer)
        else strategies.offer
    end as offer,
    case
        when customer_behaviour.life_cycle = 'new'
            then coalesce(strategies.new_customer_offer_zh, strategies.offer_zh)
        else strategies.offer_zh
    end as offer_zh
from follow_ups
left join priorities
    on
        follow_ups.status <> 'ok'
        and {{ dbt_rfm.same_values(
            'follow_ups', 'priorities', place
        ) | indent(4) }}
left join customer_behaviour
    on follow_ups.customer_id = customer_behaviour.customer_id
left join customers
    on follow_ups.customer_id = customers.customer_id
left join strategies
    on
        follow_ups.scheme = strategies.scheme
        and follow_ups.tier = strategies.tier
