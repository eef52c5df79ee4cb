{%- set rules = dbt_rfm.policy_rules() -%}
{%- set columns = ['place', 'priority_text', 'metric', 'low', 'low_text', 'high', 'high_text'] -%}
{%- set from_lowest -%}
            partition by seed, scheme, metric, kind
            order by
                case when low is null then 0 else 1 end,
                low,
                case when high is null then 1 else 0 end,
                high,
                case when item_name is null and seed <> 'rfm_behaviour_bands' then 1 else 0 end,
                {{ dbt_rfm.by_bytes("coalesce(item_name, '')") }}
{%- endset %}

with facts as (

    select * from {{ ref('int_rfm__policy_facts') }}

),

possible_scores as (

    {{ dbt_rfm.possible_scores() | indent(4) }}

),

-- Bins, bands and the tiers of schemes that go by score.
bounded as (

    select facts.*
    from facts
    left join facts as schemes
        on
            facts.seed = 'rfm_tiers'
            and facts.scheme = schemes.scheme
            and schemes.seed = 'rfm_schemes'
            and schemes.tier_method = 'score'
    where
        facts.has_readable_bounds
        and (
            facts.seed in ('rfm_score_bins', 'rfm_behaviour_bands')
            or schemes.seed is not null
        )

),

-- Each beside the next higher one.
ranges as (

    select
        *,
        lag(seed) over ({{ from_lowest }}) is null as is_lowest,
        lead(seed) over ({{ from_lowest }}) is null as is_highest,
        lead(item_name) over ({{ from_lowest }}) as next_name,
        lead(low) over ({{ from_lowest }}) as next_low,
        lead(low_text) over ({{ from_lowest }}) as next_low_text,
        lead(lower_inclusive) over ({{ from_lowest }}) as next_lower_inclusive,
        lead(tier_rank) over ({{ from_lowest }}) as next_tier_rank,
        count(*) over (partition by seed, scheme, metric, kind) as range_count
    from bounded

),

rule_sides as (

    {%- for metric in ['recency', 'frequency', 'monetary'] %}
    select
        seed,
        scheme,
        place,
        priority_text,
        '{{ metric }}' as metric,
        {%- for side, column in {'low': 'min', 'high': 'max'}.items() %}
        {{ metric }}_{{ column }} as {{ side }},
        {{ metric }}_{{ column }}_text as {{ side }}_text
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from facts
    where seed = 'rfm_tier_rules'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

-- The bounds of each metric in each rule, beside the scores that the metric can have.
rule_bounds as (

    select
        rule_sides.seed,
        {%- for column in columns %}
        rule_sides.{{ column }},
        {%- endfor %}
        min(possible_scores.score) as lowest,
        max(possible_scores.score) as highest,
        {{ dbt_rfm.plain_decimal('min(possible_scores.score)') }} as lowest_text,
        {{ dbt_rfm.plain_decimal('max(possible_scores.score)') }} as highest_text,
        count(
            case when possible_scores.score between rule_sides.low and rule_sides.high then 1 end
        ) as matching_scores,
        count(metrics.seed) as metrics_in_levels
    from rule_sides
    left join possible_scores
        on
            rule_sides.scheme = possible_scores.scheme
            and rule_sides.metric = possible_scores.metric
    left join facts as metrics
        on
            rule_sides.scheme = metrics.scheme
            and rule_sides.metric = metrics.metric
            and metrics.method in ('ntile', 'quantile', 'threshold')
    group by
        rule_sides.seed,
        rule_sides.{{ columns | join(',\n        rule_sides.') }}

),

-- Life cycles beside an earlier one that takes all their customers.
covered_cycles as (

    select
        later.seed,
        later.place,
        later.life_cycle,
        earlier.life_cycle as earlier_life_cycle,
        earlier.max_tenure_days_text,
        earlier.max_recency_days_text
    from facts as earlier
    inner join facts as later
        on
            earlier.seed = later.seed
            and earlier.priority < later.priority
            {%- for limit in ['max_tenure_days', 'max_recency_days'] %}
            and (earlier.{{ limit }} is null or earlier.{{ limit }} >= later.{{ limit }})
            {%- endfor %}
    where
        later.seed = 'rfm_life_cycles'
        and earlier.has_readable_bounds
        and later.has_readable_bounds

)

{{ dbt_rfm.policy_checks(rules, 'ranges') }}
union all
{{ dbt_rfm.policy_checks(rules, 'rule_bounds') }}
union all
{{ dbt_rfm.policy_checks(rules, 'covered_cycles') }}
