{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set least_customers = dbt_rfm.rfm_setting('rfm_min_insight_customers') -%}
{#- Traits that a scheme measures, and by which metric. -#}
{%- set measured = {'repurchase': 'frequency', 'recency': 'recency'} %}

with tier_traits as (select * from {{ ref('int_rfm__tier_traits') }}),

tier_rule_cells as (select * from {{ ref('int_rfm__tier_rule_cells') }}),

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

rule_scores as (

    select
        scheme,
        tier,
        {%- for metric in measured.values() %}
        count(distinct {{ metric }}_score) as {{ metric }}_scores
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
        {%- for metric in measured.values() %}
        count(distinct {{ metric }}_score) as {{ metric }}_scores
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
    {%- for metric in measured.values() %}
    union all
    select
        rule_scores.scheme,
        rule_scores.tier,
        '{{ metric }}' as metric
    from rule_scores
    inner join possible_scores
        on rule_scores.scheme = possible_scores.scheme
    where rule_scores.{{ metric }}_scores < possible_scores.{{ metric }}_scores
    {%- endfor %}

),

-- Not what the rule of the tier implies, nor what may be chance.
worth_reading as (

    select tier_traits.*
    from tier_traits
    left join ruling_metrics
        on
            tier_traits.scheme = ruling_metrics.scheme
            and tier_traits.tier = ruling_metrics.tier
            and ruling_metrics.metric = case tier_traits.kind
                {%- for kind, metric in measured.items() %}
                when '{{ kind }}' then '{{ metric }}'
                {%- endfor %}
            end
    where
        tier_traits.customers >= {{ least_customers }}
        and case
            when not tier_traits.is_measured
                then tier_traits.matching_customers >= {{ least_customers }}
            when tier_traits.value = 'no' then false
            else
                ruling_metrics.metric is null
                or tier_traits.matching_customers not in (0, tier_traits.customers)
        end
        and {{ dbt_rfm.differs_from_others(
            'tier_traits.matching_customers',
            'tier_traits.customers',
            'tier_traits.all_matching_customers',
            'tier_traits.all_customers'
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
