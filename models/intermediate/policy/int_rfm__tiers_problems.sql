{{ config(materialized='ephemeral') }}

{%- set seed = 'rfm_tiers' -%}
{%- set of_tier = "' of tier ' || coalesce(tier, '(blank)')" -%}
{%- set from_lowest -%}
            partition by tiers.scheme
            order by
                case when tiers.min_score is null then 0 else 1 end,
                tiers.min_score,
                case when tiers.max_score is null then 1 else 0 end,
                tiers.max_score,
                {{ dbt_rfm.by_bytes('tiers.tier') }}
{%- endset %}

with tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

cadences as (

    select * from {{ ref('stg_rfm__follow_up_cadences') }}

),

schemes as (

    select * from {{ ref('stg_rfm__schemes') }}

),

rule_tiers as (

    select tiers.*
    from tiers
    inner join schemes
        on tiers.scheme = schemes.scheme
    where schemes.tier_method = 'rules'

),

score_tiers as (

    select
        tiers.*,
        row_number() over ({{ from_lowest }}) as tier_number,
        count(*) over (partition by tiers.scheme) as tier_count,
        lead(tiers.tier) over ({{ from_lowest }}) as next_tier,
        lead(tiers.min_score_text) over ({{ from_lowest }}) as next_min_score_text,
        lead(tiers.min_score) over ({{ from_lowest }}) as next_min_score,
        lead(tiers.tier_rank) over ({{ from_lowest }}) as next_tier_rank
    from tiers
    inner join schemes
        on tiers.scheme = schemes.scheme
    where
        schemes.tier_method = 'score'
        and (tiers.min_score_text is null or tiers.min_score is not null)
        and (tiers.max_score_text is null or tiers.max_score is not null)

),

ranks as (

    select
        scheme,
        count(*) as tiers,
        count(distinct tier_rank) as ranks,
        min(tier_rank) as best_rank,
        max(tier_rank) as worst_rank,
        {{ dbt_rfm.joined_text(
            'tier_rank_text', "', '", 'tier_rank, ' ~ dbt_rfm.by_bytes('tier')
        ) }} as found_ranks
    from tiers
    group by scheme
    having count(*) = count(tier_rank)

)

{{ dbt_rfm.policy_check_keys('tiers', seed, ['scheme', 'tier']) }}
union all
{{ dbt_rfm.policy_check_number(
    'tiers', seed, 'tier_rank', '1 = 1', 'a whole number, 1 for the best tier', of_tier
) }}
{%- for end in ['min', 'max'] %}
union all
{{ dbt_rfm.policy_check_number(
    'tiers', seed, end ~ '_score', '1 = 1',
    'a number with at most 15 digits before the point and 6 after, or leave it blank where it is'
    ~ ' open',
    of_tier, is_optional=true
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check(
    'ranks',
    seed,
    'ranks <> tiers or best_rank <> 1 or worst_rank <> tiers',
    "'tier_rank is not 1 to ' || cast(tiers as " ~ dbt.type_string() ~ ") || ', each once'",
    'found_ranks',
    "'1 for the best tier, then 2, 3 and so on'"
) }}
union all
{{ dbt_rfm.policy_check(
    'rule_tiers',
    seed,
    'min_score_text is not null or max_score_text is not null',
    "'the bounds' || " ~ of_tier ~ " || ' mean nothing where rules decide'",
    "coalesce(min_score_text, 'blank') || ' to ' || coalesce(max_score_text, 'blank')",
    "'blank min_score and max_score, or tier_method score in rfm_schemes'"
) }}
union all
{{ dbt_rfm.policy_check(
    'score_tiers',
    seed,
    'tier_number = 1 and min_score is not null',
    "'the lowest tier ' || tier || ' has a min_score, so lower scores fall out'",
    'min_score_text',
    "'a blank min_score'"
) }}
union all
{{ dbt_rfm.policy_check(
    'score_tiers',
    seed,
    'tier_number = tier_count and max_score is not null',
    "'the highest tier ' || tier || ' has a max_score, so higher scores fall out'",
    'max_score_text',
    "'a blank max_score'"
) }}
union all
{{ dbt_rfm.policy_check(
    'score_tiers',
    seed,
    'min_score >= max_score',
    "'tier ' || tier || ' holds no score'",
    "min_score_text || ' to ' || max_score_text",
    "'a min_score below the max_score'"
) }}
union all
{{ dbt_rfm.policy_check(
    'score_tiers',
    seed,
    'tier_number < tier_count'
    ~ ' and (max_score is null or next_min_score is null or max_score <> next_min_score)',
    "'hole or overlap between tier ' || tier || ' and tier ' || next_tier",
    "'max_score ' || coalesce(max_score_text, 'blank')"
    ~ " || ', next min_score ' || coalesce(next_min_score_text, 'blank')",
    "'the same number in both'"
) }}
union all
{{ dbt_rfm.policy_check(
    'score_tiers',
    seed,
    'tier_rank < next_tier_rank',
    "'tier ' || tier || ' ranks before tier ' || next_tier || ', which has higher scores'",
    "tier_rank_text",
    "'ranks that follow the scores, 1 for the highest'"
) }}
union all
{{ dbt_rfm.policy_check(
    'tiers',
    seed,
    'tier is not null and not exists (select 1 as found from cadences'
    ~ ' where cadences.scheme = tiers.scheme and cadences.tier = tiers.tier)',
    "'tier ' || tier || ' has no follow-up cadence'",
    'tier',
    "'a row for it in rfm_follow_up_cadences'"
) }}
