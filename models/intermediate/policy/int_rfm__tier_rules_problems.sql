{{ config(materialized='ephemeral') }}

{%- set seed = 'rfm_tier_rules' -%}
{%- set of_rule = "' of priority ' || coalesce(priority_text, '(blank)')" -%}
{%- set metrics = ['recency', 'frequency', 'monetary'] %}

with tier_rules as (

    select * from {{ ref('stg_rfm__tier_rules') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

schemes as (

    select * from {{ ref('stg_rfm__schemes') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

tier_rule_cells as (

    select * from {{ ref('int_rfm__tier_rule_cells') }}

),

possible_scores as (

    select * from {{ ref('int_rfm__possible_scores') }}

),

score_ranges as (

    select
        scheme,
        metric,
        min(score) as lowest_score,
        max(score) as highest_score
    from possible_scores
    group by
        scheme,
        metric

),

-- Rules beside the lowest and the highest score of each metric, where its scores are finite.
bounded_rules as (

    select
        tier_rules.*,
        {%- for metric in metrics %}
        {{ metric }}_ranges.lowest_score as lowest_{{ metric }}_score,
        {{ metric }}_ranges.highest_score as highest_{{ metric }}_score
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from tier_rules
    left join score_ranges as recency_ranges
        on tier_rules.scheme = recency_ranges.scheme and recency_ranges.metric = 'recency'
    left join score_ranges as frequency_ranges
        on tier_rules.scheme = frequency_ranges.scheme and frequency_ranges.metric = 'frequency'
    left join score_ranges as monetary_ranges
        on tier_rules.scheme = monetary_ranges.scheme and monetary_ranges.metric = 'monetary'

),

-- The same number written in several ways, such as 1 and 1.0.
equal_priorities as (

    select
        scheme,
        priority,
        {{ dbt_rfm.joined_text(
            'priority_text', "', '", dbt_rfm.by_bytes('priority_text')
        ) }} as found_priorities
    from tier_rules
    where priority is not null
    group by
        scheme,
        priority
    having count(distinct priority_text) > 1

),

ruled_schemes as (

    select distinct scheme
    from tier_rules
    where scheme is not null

)

{{ dbt_rfm.policy_check_keys('tier_rules', seed, ['scheme', 'priority_text']) }}
union all
{{ dbt_rfm.policy_check_number(
    'tier_rules', seed, 'priority', '1 = 1', 'a whole number; the lowest is tried first',
    where='priority_text is not null'
) }}
union all
{{ dbt_rfm.policy_check(
    'tier_rules',
    seed,
    'not exists (select 1 as found from tiers'
    ~ ' where tiers.scheme = tier_rules.scheme and tiers.tier = tier_rules.tier)',
    "'the tier' || " ~ of_rule ~ " || ' is unknown'",
    'tier',
    "'a tier of the scheme in rfm_tiers'"
) }}
union all
{{ dbt_rfm.policy_check(
    'tier_rules',
    seed,
    'exists (select 1 as found from schemes where schemes.scheme = tier_rules.scheme'
    ~ " and schemes.tier_method <> 'rules')",
    "'the rule' || " ~ of_rule ~ " || ' belongs to a scheme whose tiers go by score'",
    'tier',
    "'tier_method rules in rfm_schemes, or no rules'"
) }}
union all
{{ dbt_rfm.policy_check(
    'schemes',
    seed,
    "tier_method = 'rules' and scheme not in (select ruled_schemes.scheme from ruled_schemes)",
    "'the scheme goes by rules and has none'",
    'tier_method',
    "'rows for it in rfm_tier_rules, or tier_method score in rfm_schemes'"
) }}
union all
{{ dbt_rfm.policy_check(
    'equal_priorities',
    seed,
    '1 = 1',
    "'several rules have the same priority'",
    'found_priorities',
    "'another whole number for each rule'"
) }}
{%- for metric in metrics %}
{%- set lowest = 'lowest_' ~ metric ~ '_score' -%}
{%- set highest = 'highest_' ~ metric ~ '_score' -%}
{%- for end in ['min', 'max'] %}
{%- set bound = metric ~ '_' ~ end %}
union all
{{ dbt_rfm.policy_check_number(
    'tier_rules', seed, bound, '1 = 1', 'a score, or leave it blank where it is open', of_rule,
    is_optional=true
) }}
union all
{{ dbt_rfm.policy_check(
    'bounded_rules',
    seed,
    bound ~ ' < ' ~ lowest ~ ' or ' ~ bound ~ ' > ' ~ highest,
    "'" ~ bound ~ "' || " ~ of_rule ~ " || ' is outside the scores of " ~ metric ~ "'",
    bound ~ '_text',
    "'a score from ' || " ~ dbt_rfm.plain_decimal(lowest) ~ " || ' to ' || "
    ~ dbt_rfm.plain_decimal(highest) ~ " || ', or leave it blank where it is open'"
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check(
    'bounded_rules',
    seed,
    metric ~ '_min between ' ~ lowest ~ ' and ' ~ metric ~ '_max'
    ~ ' and ' ~ metric ~ '_max <= ' ~ highest
    ~ ' and not exists (select 1 as found from possible_scores'
    ~ " where possible_scores.scheme = bounded_rules.scheme"
    ~ " and possible_scores.metric = '" ~ metric ~ "'"
    ~ ' and possible_scores.score between bounded_rules.' ~ metric ~ '_min'
    ~ ' and bounded_rules.' ~ metric ~ '_max)',
    "'the rule' || " ~ of_rule ~ " || ' never matches: " ~ metric ~ " has no score from "
    ~ metric ~ '_min to ' ~ metric ~ "_max'",
    metric ~ "_min_text || ' to ' || " ~ metric ~ '_max_text',
    "'bounds with a score of " ~ metric ~ " between them'"
) }}
union all
{{ dbt_rfm.policy_check(
    'tier_rules',
    seed,
    metric ~ '_min > ' ~ metric ~ '_max',
    "'the rule' || " ~ of_rule ~ " || ' never matches: " ~ metric ~ "_min is above " ~ metric
    ~ "_max'",
    metric ~ "_min_text || ' to ' || " ~ metric ~ '_max_text',
    "'a minimum up to the maximum'"
) }}
union all
{{ dbt_rfm.policy_check(
    'tier_rules',
    seed,
    '(' ~ metric ~ '_min_text is not null or ' ~ metric ~ '_max_text is not null)'
    ~ ' and not exists (select 1 as found from scheme_metrics'
    ~ " where scheme_metrics.scheme = tier_rules.scheme and scheme_metrics.metric = '" ~ metric ~ "'"
    ~ " and scheme_metrics.method in ('ntile', 'quantile', 'threshold'))",
    "'the rule' || " ~ of_rule ~ " || ' needs a " ~ metric ~ " score of 1, 2, 3 and so on'",
    'coalesce(' ~ metric ~ "_min_text, 'open') || ' to ' || coalesce(" ~ metric ~ "_max_text, 'open')",
    "'" ~ metric ~ " by ntile, quantile or threshold in rfm_scheme_metrics, or blank bounds'"
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check(
    'tier_rule_cells',
    seed,
    'tier is null and scheme in (select ruled_schemes.scheme from ruled_schemes)',
    "'no rule takes the cell recency, frequency, monetary'",
    dbt_rfm.cell_name(metrics),
    "'a last rule with blank bounds, or one for this cell'"
) }}
