{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set capacity = dbt_rfm.rfm_setting('rfm_daily_capacity') -%}
{#- Further ahead the list will be another one. -#}
{%- set most_working_days = 260 -%}
{%- set place = ['scheme', 'contacts_per_year', 'days_overdue', 'tier_place', 'monetary'] %}

with follow_ups as (select * from {{ ref('int_rfm__follow_ups') }}),

customer_behaviour as (select * from {{ ref('int_rfm__customer_behaviour') }}),

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
        {%- for offer in ['offer', 'offer_zh'] %}
        case
            when contact_outcomes.effect = 'other_offer' then contact_outcomes.{{ offer }}
            -- Where no tier says it, and instead of winning back who is not away.
            when follow_ups.tier is null then life_cycles.{{ offer }}
            when
                customer_behaviour.life_cycle = 'new'
                and strategies.new_customer_{{ offer }} is not null
                then strategies.new_customer_{{ offer }}
            when
                strategies.is_win_back
                and customer_behaviour.expected_next_order_date >= follow_ups.report_date
                then life_cycles.{{ offer }}
            else strategies.{{ offer }}
        end as {{ offer }}
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
{%- if capacity is not none %},

-- Customers of one priority go by their ids.
turns as (

    select
        scheme,
        customer_id,
        {{ dbt_rfm.divide_whole(
            '(priority - 2 + row_number() over (partition by scheme, priority order by '
            ~ dbt_rfm.by_bytes('customer_id') ~ '))',
            capacity
        ) }} as working_day
    from described
    where status <> 'ok'

)
{%- endif %}

select
    cast(described.scheme as {{ dbt.type_string() }}) as scheme,
    described.as_of_date,
    described.report_date,
    described.customer_id,
    described.tier,
    described.tier_rank,
    described.label as tier_label,
    described.label_zh as tier_label_zh,
    cast(described.status as {{ dbt.type_string() }}) as status,
    cast(described.priority as bigint) as priority,
    {%- if capacity is none %}
    cast(null as date) as planned_contact_date,
    {%- else %}
    case
        when turns.working_day < {{ most_working_days }}
            then {{ dbt_rfm.working_day_after('described.report_date', 'turns.working_day')
                | indent(12) }}
    end as planned_contact_date,
    {%- endif %}
    described.next_contact_due_date,
    cast(described.days_overdue as integer) as days_overdue,
    cast(described.contacts_made as integer) as contacts_made,
    cast(described.contacts_owed_min as integer) as contacts_owed_min,
    cast(described.contacts_owed_max as integer) as contacts_owed_max,
    described.contacts_min,
    described.contacts_max,
    described.every_n as contact_every_n,
    described.period as contact_period,
    cast(described.contacts_per_year as {{ dbt_rfm.type_decimal(28, 6) }}) as contacts_per_year,
    described.round_start_date,
    described.round_end_date,
    cast(described.last_contacted_at as {{ dbt.type_timestamp() }}) as last_contacted_at,
    described.last_contact_channel,
    described.last_contact_outcome,
    described.effect as last_outcome_effect,
    described.monetary,
    described.first_order_date,
    described.last_order_date,
    described.expected_next_order_date,
    described.life_cycle,
    described.membership_level,
    cast(described.registered_at as {{ dbt.type_timestamp() }}) as registered_at,
    described.main_channel,
    described.preferred_category,
    described.peak_hours,
    described.churn_risk,
    {{ dbt_rfm.follow_up_reason('described', 'en') | indent(4) }} as reason,
    {{ dbt_rfm.follow_up_reason('described', 'zh') | indent(4) }} as reason_zh,
    described.action,
    described.action_zh,
    described.strategy,
    described.strategy_zh,
    described.offer,
    described.offer_zh,
    described.note as offer_note,
    described.note_zh as offer_note_zh
from described
{%- if capacity is not none %}
left join turns
    on
        described.scheme = turns.scheme
        and described.customer_id = turns.customer_id
{%- endif %}
