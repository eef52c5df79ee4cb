{{ config(materialized='ephemeral') }}

{%- set seed = 'rfm_identity_weights' -%}
{%- set identity = dbt_rfm.column_name('identity') %}

with identity_weights as (

    select * from {{ ref('stg_rfm__identity_weights') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

)

{{ dbt_rfm.policy_check_keys('identity_weights', seed, ['scheme', identity]) }}
union all
{{ dbt_rfm.policy_check_number(
    'identity_weights', seed, 'weight', 'weight >= 0 and weight < 1000000',
    'a number from 0 with at most 6 decimals, such as 0.6',
    "' of identity ' || coalesce(" ~ identity ~ ", '(blank)')"
) }}
union all
{{ dbt_rfm.policy_check(
    'identity_weights',
    seed,
    'not exists (select 1 as found from scheme_metrics'
    ~ ' where scheme_metrics.scheme = identity_weights.scheme'
    ~ " and scheme_metrics.method = 'lookup')",
    "'the scheme does not score identity'",
    identity,
    "'a row with metric identity and method lookup in rfm_scheme_metrics, or no weights'"
) }}
