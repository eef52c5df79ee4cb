{{ config(materialized='ephemeral') }}

{%- set seed = 'rfm_schemes' %}

with schemes as (

    select * from {{ ref('stg_rfm__schemes') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

)

{{ dbt_rfm.policy_check_keys('schemes', seed, ['scheme']) }}
{%- for column, name in {
    'population': 'population', 'refresh_period': 'period', 'tier_method': 'tier_method',
}.items() %}
union all
{{ dbt_rfm.policy_check_word('schemes', seed, column, dbt_rfm.rfm_allowed_values(name)) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check_number(
    'schemes', seed, 'score_decimals', 'score_decimals between 0 and 6',
    'a whole number from 0 to 6'
) }}
union all
{{ dbt_rfm.policy_check_number(
    'schemes', seed, 'window_months', 'window_months between 1 and 1200',
    'a whole number of months from 1 to 1200, or leave it blank', is_optional=true
) }}
union all
{{ dbt_rfm.policy_check_number(
    'schemes', seed, 'window_start', '1 = 1',
    'a date such as 2020-01-01, or leave it blank', is_optional=true
) }}
union all
{{ dbt_rfm.policy_check(
    'schemes',
    seed,
    'window_start_text is not null and window_months_text is not null',
    "'window_start and window_months are both set'",
    "window_start_text || ', ' || window_months_text",
    "'one of them, or neither for all data'"
) }}
union all
{{ dbt_rfm.policy_check(
    'schemes',
    seed,
    'scheme not in (select scheme_metrics.scheme from scheme_metrics'
    ~ ' where scheme_metrics.scheme is not null)',
    "'the scheme has no metrics'",
    'scheme',
    "'at least one row for it in rfm_scheme_metrics'"
) }}
union all
{{ dbt_rfm.policy_check(
    'schemes',
    seed,
    'scheme not in (select tiers.scheme from tiers where tiers.scheme is not null)',
    "'the scheme has no tiers'",
    'scheme',
    "'at least one row for it in rfm_tiers'"
) }}
