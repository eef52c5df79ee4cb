{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set place = ['scheme', 'contacts_per_year', 'days_overdue', 'tier_place', 'monetary'] %}

with follow_ups as (select * from {{ ref('int_rfm__follow_ups') }}),

customer_behaviour as (select * from {{ ref('rfm_customer_behaviour') }}),

customers as (
    select * from {{ ref('stg_rfm__customers') }}
    where reject_reason is null
),

strategies as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_strategies') }}
),

life_cycles as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_life_cycles') }}
),

contact_outcomes as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_contact_outcomes') }}
),

churn_bands as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_behaviour_bands') }}
    where kind = 'churn_risk'
),

priorities as (select * from {{ ref('int_rfm__follow_up_priorities') }}),

described as (

    select
        follow_ups.*,
        priorities.priority,
        customer_behaviour.life_cycle,
        customers.membership_level,
        customers.registered_at,
        customer_behaviour.main_channel,
        customer_behaviour.category_1 as preferred_category,
        customer_behaviour.peak_hours,
        customer_behaviour.expected_next_order_date,
        customer_behaviour.churn_risk,
        churn_bands.label as churn_risk_label,
        churn_bands.label_zh as churn_risk_label_zh,
        strategies.strategy,
        strategies.strategy_zh,
        contact_outcomes.effect,
        contact_outcomes.note,
        contact_outcomes.note_zh,
        {%- for language in ['', '_zh'] %}
        -- Where no tier says it, and instead of winning back who is not away.
        case
            when contact_outcomes.effect = 'other_offer' then contact_outcomes.offer{{ language }}
            when follow_ups.tier is null then life_cycles.offer{{ language }}
            when
                customer_behaviour.life_cycle = 'new'
                and strategies.new_customer_offer{{ language }} is not null
                then strategies.new_customer_offer{{ language }}
            when
                strategies.is_win_back
                and customer_behaviour.expected_next_order_date >= follow_ups.report_date
                then life_cycles.offer{{ language }}
            else strategies.offer{{ language }}
        end as offer{{ language }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from follow_ups
    left join priorities
        on
            follow_ups.status <> 'ok'
            and {{ dbt_rfm.same_values('follow_ups', 'priorities', place) | indent(12) }}
    left join customer_behaviour
        on follow_ups.customer_id = customer_behaviour.customer_id
    left join customers
        on follow_ups.customer_id = customers.customer_id
    left join strategies
        on
            follow_ups.scheme = strategies.scheme
            and follow_ups.tier = strategies.tier
    left join life_cycles
        on customer_behaviour.life_cycle = life_cycles.life_cycle
    -- What was said holds for a while, unless an order says otherwise.
    left join contact_outcomes
        on
            follow_ups.last_contact_outcome = contact_outcomes.outcome
            and follow_ups.report_date <= {{ dbt_rfm.add_days(
                'follow_ups.last_contacted_at', 'contact_outcomes.holds_for_days'
            ) }}
            and follow_ups.last_order_date <= cast(follow_ups.last_contacted_at as date)
    left join churn_bands
        on customer_behaviour.churn_risk = churn_bands.band

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    report_date,
    customer_id,
    tier,
    tier_rank,
    label as tier_label,
    label_zh as tier_label_zh,
    cast(status as {{ dbt.type_string() }}) as status,
    cast(priority as bigint) as priority,
    next_contact_due_date,
    cast(days_overdue as integer) as days_overdue,
    cast(contacts_made as integer) as contacts_made,
    cast(contacts_owed_min as integer) as contacts_owed_min,
    cast(contacts_owed_max as integer) as contacts_owed_max,
    contacts_min,
    contacts_max,
    every_n as contact_every_n,
    period as contact_period,
    cast(contacts_per_year as {{ dbt_rfm.type_decimal(28, 6) }}) as contacts_per_year,
    round_start_date,
    round_end_date,
    cast(last_contacted_at as {{ dbt.type_timestamp() }}) as last_contacted_at,
    last_contact_channel,
    last_contact_outcome,
    effect as last_outcome_effect,
    monetary,
    first_order_date,
    last_order_date,
    expected_next_order_date,
    life_cycle,
    membership_level,
    cast(registered_at as {{ dbt.type_timestamp() }}) as registered_at,
    main_channel,
    preferred_category,
    peak_hours,
    churn_risk,
    {{ dbt_rfm.follow_up_reason('described', 'en') | indent(4) }} as reason,
    {{ dbt_rfm.follow_up_reason('described', 'zh') | indent(4) }} as reason_zh,
    action,
    action_zh,
    strategy,
    strategy_zh,
    offer,
    offer_zh,
    note as offer_note,
    note_zh as offer_note_zh
from described
