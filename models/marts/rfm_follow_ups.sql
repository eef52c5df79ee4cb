{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set place = ['scheme', 'tier_rank', 'days_overdue'] %}

with follow_ups as (

    select * from {{ ref('int_rfm__follow_ups') }}

),

customer_behaviour as (

    select * from {{ ref('rfm_customer_behaviour') }}

),

strategies as (

    select * from {{ ref('stg_rfm__strategies') }}

),

-- Ranks come from counts of equal values, in buckets, so that no step puts all customers in order.
value_counts as (

    select
        {{ place | join(',\n        ') }},
        monetary,
        {{ dbt_rfm.value_bucket('monetary') | indent(8) }} as monetary_bucket,
        count(*) as customers
    from follow_ups
    where status <> 'ok'
    group by
        {{ place | join(',\n        ') }},
        monetary

),

bucket_counts as (

    select
        {{ place | join(',\n        ') }},
        monetary_bucket,
        sum(customers) as customers
    from value_counts
    group by
        {{ place | join(',\n        ') }},
        monetary_bucket

),

bucket_ranks as (

    select
        *,
        sum(customers) over (
            partition by scheme
            order by
                tier_rank asc,
                days_overdue desc,
                monetary_bucket desc
            rows between unbounded preceding and current row
        ) - customers as customers_before
    from bucket_counts

),

value_ranks as (

    select
        *,
        sum(customers) over (
            partition by {{ place | join(', ') }}, monetary_bucket
            order by monetary desc
            rows between unbounded preceding and current row
        ) - customers as customers_before
    from value_counts

),

priorities as (

    select
        {%- for column in place %}
        value_ranks.{{ column }},
        {%- endfor %}
        value_ranks.monetary,
        bucket_ranks.customers_before + value_ranks.customers_before + 1 as priority
    from value_ranks
    inner join bucket_ranks
        on
            {{ dbt_rfm.same_values(
                'value_ranks', 'bucket_ranks', place + ['monetary_bucket']
            ) | indent(8) }}

)

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
            'follow_ups', 'priorities', place + ['monetary']
        ) | indent(4) }}
left join customer_behaviour
    on follow_ups.customer_id = customer_behaviour.customer_id
left join strategies
    on
        follow_ups.scheme = strategies.scheme
        and follow_ups.tier = strategies.tier
