{{ config(materialized='ephemeral') }}

{%- set seed = 'rfm_follow_up_cadences' -%}
{%- set of_tier = "' of tier ' || coalesce(tier, '(blank)')" %}

with cadences as (

    select * from {{ ref('stg_rfm__follow_up_cadences') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

)

{{ dbt_rfm.policy_check_keys('cadences', seed, ['scheme', 'tier']) }}
union all
{{ dbt_rfm.policy_check_word(
    'cadences', seed, 'period', dbt_rfm.rfm_allowed_values('period'), of_tier
) }}
{%- for column in ['contacts_min', 'contacts_max'] %}
union all
{{ dbt_rfm.policy_check_number(
    'cadences', seed, column, column ~ ' between 0 and 1000', 'a whole number from 0 to 1000', of_tier
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check_number(
    'cadences', seed, 'every_n', 'every_n between 1 and 1000', 'a whole number from 1 to 1000', of_tier
) }}
union all
{{ dbt_rfm.policy_check(
    'cadences',
    seed,
    'contacts_min > contacts_max',
    "'contacts_min' || " ~ of_tier ~ " || ' is above contacts_max'",
    "contacts_min_text || ' to ' || contacts_max_text",
    "'a minimum up to the maximum'"
) }}
union all
{{ dbt_rfm.policy_check(
    'cadences',
    seed,
    'tier is not null and not exists (select 1 as found from tiers'
    ~ ' where tiers.scheme = cadences.scheme and tiers.tier = cadences.tier)',
    "'the tier is unknown'",
    'tier',
    "'a tier of the scheme in rfm_tiers'"
) }}
