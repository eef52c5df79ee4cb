{{ config(materialized='ephemeral') }}

{%- set seed = 'rfm_strategies' -%}
{%- set of_tier = "' of tier ' || coalesce(tier, '(blank)')" %}

with strategies as (

    select * from {{ ref('stg_rfm__strategies') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

)

{{ dbt_rfm.policy_check_keys('strategies', seed, ['scheme', 'tier']) }}
union all
{{ dbt_rfm.policy_check(
    'strategies',
    seed,
    'tier is not null and not exists (select 1 as found from tiers'
    ~ ' where tiers.scheme = strategies.scheme and tiers.tier = strategies.tier)',
    "'the tier is unknown'",
    'tier',
    "'a tier of the scheme in rfm_tiers'"
) }}
union all
{{ dbt_rfm.policy_check_word(
    'strategies', seed, 'target_metric', dbt_rfm.rfm_allowed_values('target_metric'), of_tier,
    'target_metric is not null'
) }}
union all
{{ dbt_rfm.policy_check_number(
    'strategies', seed, 'target_change', 'target_change >= -1 and target_change < 100',
    'a number from -1, below 100, with at most 6 decimals, such as 0.1 for a tenth more',
    of_tier, is_optional=true
) }}
union all
{{ dbt_rfm.policy_check(
    'strategies',
    seed,
    'target_metric is not null and target_change_text is null',
    "'target_metric' || " ~ of_tier ~ " || ' stands without target_change'",
    'target_metric',
    "'a target_change, such as 0.1 for a tenth more, or a blank target_metric'"
) }}
union all
{{ dbt_rfm.policy_check(
    'strategies',
    seed,
    'target_change_text is not null and target_metric is null',
    "'target_change' || " ~ of_tier ~ " || ' stands without target_metric'",
    'target_change_text',
    "'a target_metric, such as revenue, or a blank target_change'"
) }}
