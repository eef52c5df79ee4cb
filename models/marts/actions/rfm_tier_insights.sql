{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set least_customers = dbt_rfm.rfm_setting('rfm_min_insight_customers') -%}
{%- set recency_days = dbt_rfm.rfm_setting('rfm_insight_recency_days') -%}
{%- set key = ['scheme', 'as_of_date', 'kind', 'value'] -%}
{#- Insights on what a scheme measures: the metric, and of whom they hold. -#}
{%- set measured = {
    'repurchase': {'metric': 'frequency', 'holds_where': 'frequency >= 2'},
    'recency': {'metric': 'recency', 'holds_where': 'recency_days > ' ~ recency_days},
} %}

with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

tier_rule_cells as (select * from {{ ref('int_rfm__tier_rule_cells') }}),

preferences as (
    select * from {{ ref('rfm_customer_preferences') }}
    where
        preference_rank = 1
        and preference in ('category', 'channel', 'order_value_band', 'hour_band')
),

customer_behaviour as (select * from {{ ref('rfm_customer_behaviour') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

schemes as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}
),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

behaviour_bands as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_behaviour_bands') }}
),

channel_labels as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_channel_labels') }}
),

-- What customers tend to, in which discounts, and how sensitive to prices they are.
known_traits as (

    select
        customer_id,
        preference as kind,
        value
    from preferences
    {%- for kind in ['discount_band', 'price_sensitivity'] %}
    union all
    select
        customer_id,
        '{{ kind }}' as kind,
        {{ kind }} as value
    from customer_behaviour
    where {{ kind }} is not null
    {%- endfor %}

),

tier_traits as (

    select
        graded_customers.scheme,
        graded_customers.as_of_date,
        graded_customers.tier,
        known_traits.kind,
        known_traits.value,
        count(*) as matching_customers
    from graded_customers
    inner join known_traits
        on graded_customers.customer_id = known_traits.customer_id
    group by
        graded_customers.scheme,
        graded_customers.as_of_date,
        graded_customers.tier,
        known_traits.kind,
        known_traits.value

),

-- Of what a scheme measures all customers are known: those of whom it holds, and the others.
measured_traits as (

    {%- for kind, insight in measured.items() %}

    select
        scheme,
        as_of_date,
        tier,
        '{{ kind }}' as kind,
        count(*) as customers,
        sum(case when {{ insight.holds_where }} then 1 else 0 end) as matching_customers
    from graded_customers
    group by
        scheme,
        as_of_date,
        tier
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

traits as (

    select
        {{ key | join(',\n        ') }},
        tier,
        matching_customers,
        false as is_measured
    from tier_traits
    {%- for value, customers in {
        'yes': 'matching_customers', 'no': 'customers - matching_customers',
    }.items() %}
    union all
    select
        scheme,
        as_of_date,
        kind,
        '{{ value }}' as value,
        tier,
        {{ customers }} as matching_customers,
        true as is_measured
    from measured_traits
    {%- endfor %}

),

counted as (

    select
        *,
        sum(matching_customers) over (partition by scheme, as_of_date, kind, tier) as customers,
        sum(matching_customers) over (partition by scheme, as_of_date, kind) as all_customers,
        sum(matching_customers) over (
            partition by {{ key | join(', ') }}
        ) as all_matching_customers
    from traits

),

rule_scores as (

    select
        scheme,
        tier,
        {%- for insight in measured.values() %}
        count(distinct {{ insight.metric }}_score) as {{ insight.metric }}_scores
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from tier_rule_cells
    group by
        scheme,
        tier

),

possible_scores as (

    select
        scheme,
        {%- for insight in measured.values() %}
        count(distinct {{ insight.metric }}_score) as {{ insight.metric }}_scores
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from tier_rule_cells
    group by scheme

),

-- The metrics that a tier goes by: they weigh in the score, or rules let in some of their scores.
ruling_metrics as (

    select
        tiers.scheme,
        tiers.tier,
        scheme_metrics.metric
    from tiers
    inner join schemes
        on tiers.scheme = schemes.scheme
    inner join scheme_metrics
        on tiers.scheme = scheme_metrics.scheme
    where
        schemes.tier_method = 'score'
        and scheme_metrics.weight > 0
    {%- for insight in measured.values() %}
    union all
    select
        rule_scores.scheme,
        rule_scores.tier,
        '{{ insight.metric }}' as metric
    from rule_scores
    inner join possible_scores
        on rule_scores.scheme = possible_scores.scheme
    where rule_scores.{{ insight.metric }}_scores < possible_scores.{{ insight.metric }}_scores
    {%- endfor %}

),

-- Not what the rule of the tier implies, nor what may be chance.
worth_reading as (

    select counted.*
    from counted
    left join ruling_metrics
        on
            counted.scheme = ruling_metrics.scheme
            and counted.tier = ruling_metrics.tier
            and ruling_metrics.metric = case counted.kind
                {%- for kind, insight in measured.items() %}
                when '{{ kind }}' then '{{ insight.metric }}'
                {%- endfor %}
            end
    where
        counted.customers >= {{ least_customers }}
        and case
            when not counted.is_measured then counted.matching_customers >= {{ least_customers }}
            when counted.value = 'no' then false
            else
                ruling_metrics.metric is null
                or counted.matching_customers not in (0, counted.customers)
        end
        and {{ dbt_rfm.differs_from_others(
            'counted.matching_customers',
            'counted.customers',
            'counted.all_matching_customers',
            'counted.all_customers'
        ) | indent(8) }}

),

shown as (

    select
        *,
        case when is_measured then kind else kind || ': ' || value end as insight,
        {{ dbt_rfm.divide_half_up('matching_customers', 'customers') }} as tier_share,
        {{ dbt_rfm.divide_half_up('all_matching_customers', 'all_customers') }} as all_share,
        {{ dbt_rfm.divide_half_up(
            '(matching_customers * all_customers)', '(customers * all_matching_customers)'
        ) }} as lift,
        -- The difference of the two shares, and what both divisors make of it.
        matching_customers * all_customers - all_matching_customers * customers as surplus,
        customers * all_customers as surplus_divisor
    from worth_reading

),

value_labels as (

    select
        case kind when 'order_value' then 'order_value_band' else 'discount_band' end as kind,
        band as value,
        label as value_label,
        label_zh as value_label_zh,
        cast(null as {{ dbt.type_string() }}) as phrase,
        cast(null as {{ dbt.type_string() }}) as phrase_zh
    from behaviour_bands
    where kind in ('order_value', 'discount_rate')
    union all
    select
        'channel' as kind,
        channel as value,
        label as value_label,
        label_zh as value_label_zh,
        phrase,
        phrase_zh
    from channel_labels

),

ranked as (

    select
        shown.*,
        tiers.tier_rank,
        tiers.label,
        tiers.label_zh,
        value_labels.value_label,
        value_labels.value_label_zh,
        value_labels.phrase,
        value_labels.phrase_zh,
        row_number() over (
            partition by shown.scheme, shown.as_of_date, shown.tier
            order by
                {{ dbt_rfm.divide_half_up('shown.surplus', 'shown.surplus_divisor', 12) }} desc,
                {{ dbt_rfm.divide_half_up(
                    'shown.matching_customers', 'shown.customers', 12
                ) }} desc,
                {{ dbt_rfm.by_bytes('shown.insight') }}
        ) as insight_rank
    from shown
    left join tiers
        on
            shown.scheme = tiers.scheme
            and shown.tier = tiers.tier
    left join value_labels
        on
            shown.kind = value_labels.kind
            and shown.value = value_labels.value

)

select
    cast(ranked.scheme as {{ dbt.type_string() }}) as scheme,
    ranked.as_of_date,
    ranked.tier,
    ranked.tier_rank,
    cast(ranked.insight as {{ dbt.type_string() }}) as insight,
    cast(ranked.kind as {{ dbt.type_string() }}) as kind,
    cast(
        case when not ranked.is_measured then ranked.value end as {{ dbt.type_string() }}
    ) as value,
    cast(ranked.customers as bigint) as customers,
    cast(ranked.matching_customers as bigint) as matching_customers,
    cast(ranked.tier_share as {{ dbt_rfm.type_decimal(9, 6) }}) as tier_share,
    cast(ranked.all_customers as bigint) as all_customers,
    cast(ranked.all_matching_customers as bigint) as all_matching_customers,
    cast(ranked.all_share as {{ dbt_rfm.type_decimal(9, 6) }}) as all_share,
    cast(ranked.lift as {{ dbt_rfm.type_decimal(28, 6) }}) as lift,
    cast(ranked.insight_rank as integer) as insight_rank,
    {{ dbt_rfm.insight_sentence('ranked', 'en') | indent(4) }} as sentence,
    {{ dbt_rfm.insight_sentence('ranked', 'zh') | indent(4) }} as sentence_zh
from ranked
