{{ config(materialized='ephemeral') }}

{%- set seed = 'rfm_scheme_metrics' -%}
{%- set of_metric = "' of ' || coalesce(metric, '(blank)')" -%}
{%- set relation = 'scheme_metrics' %}

with scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

score_bins as (

    select * from {{ ref('stg_rfm__score_bins') }}

),

identity_weights as (

    select * from {{ ref('stg_rfm__identity_weights') }}

),

weight_sums as (

    select
        scheme,
        count(*) as metrics
    from scheme_metrics
    group by scheme
    having
        count(*) = count(weight)
        and max(weight) <= 0

)

{{ dbt_rfm.policy_check_keys(relation, seed, ['scheme', 'metric']) }}
union all
{{ dbt_rfm.policy_check_word(
    relation, seed, 'metric', dbt_rfm.rfm_allowed_values('metric'), where='metric is not null'
) }}
union all
{{ dbt_rfm.policy_check_word(
    relation, seed, 'method', dbt_rfm.rfm_allowed_values('method'), of_metric
) }}
union all
{{ dbt_rfm.policy_check_word(
    relation, seed, 'direction', dbt_rfm.rfm_allowed_values('direction'), of_metric,
    "(direction is not null or method in ('ntile', 'quantile', 'min_max'))"
) }}
union all
{{ dbt_rfm.policy_check_word(
    relation, seed, 'metric_window', dbt_rfm.rfm_allowed_values('window'), of_metric
) | replace("'metric_window'", "'window'") }}
union all
{{ dbt_rfm.policy_check_number(
    relation, seed, 'weight', 'weight >= 0 and weight < 1000',
    'a number from 0, below 1000, with at most 6 decimals, such as 0.3', of_metric
) }}
union all
{{ dbt_rfm.policy_check(
    'weight_sums', seed, '1 = 1', "'all weights are 0'", "'0'", "'a weight above 0 for one metric'"
) }}
union all
{{ dbt_rfm.policy_check_number(
    relation, seed, 'levels', 'levels between 2 and ' ~ dbt_rfm.rfm_most_bins(),
    'a whole number from 2 to ' ~ dbt_rfm.rfm_most_bins(), of_metric,
    where="method in ('ntile', 'quantile')"
) }}
union all
{{ dbt_rfm.policy_check(
    relation,
    seed,
    "levels_text is not null and method not in ('ntile', 'quantile')",
    "'levels' || " ~ of_metric ~ " || ' mean nothing to method ' || method",
    'levels_text',
    "'a blank cell, or method ntile or quantile'"
) }}
union all
{{ dbt_rfm.policy_check_word(
    relation, seed, 'baseline_metric', dbt_rfm.rfm_allowed_values('measured_metric'), of_metric,
    "method = 'min_max'"
) }}
union all
{{ dbt_rfm.policy_check(
    relation,
    seed,
    "baseline_metric_text is not null and method <> 'min_max'",
    "'baseline_metric' || " ~ of_metric ~ " || ' means nothing to method ' || method",
    'baseline_metric_text',
    "'a blank cell, or method min_max'"
) }}
union all
{{ dbt_rfm.policy_check(
    relation,
    seed,
    "metric = 'identity' and method <> 'lookup'",
    "'identity is scored by method ' || method",
    'method',
    "'lookup'"
) }}
union all
{{ dbt_rfm.policy_check(
    relation,
    seed,
    "metric <> 'identity' and method = 'lookup'",
    "'method lookup is for identity, not for ' || metric",
    'method',
    "'ntile, quantile, threshold or min_max'"
) }}
union all
{{ dbt_rfm.policy_check(
    relation,
    seed,
    "method = 'threshold' and not exists (select 1 as found from score_bins"
    ~ ' where score_bins.scheme = scheme_metrics.scheme'
    ~ ' and score_bins.metric = scheme_metrics.metric)',
    "'the threshold metric ' || metric || ' has no bins'",
    'metric',
    "'its bins in rfm_score_bins, or another method'"
) }}
union all
{{ dbt_rfm.policy_check(
    relation,
    seed,
    "method = 'lookup' and not exists (select 1 as found from identity_weights"
    ~ ' where identity_weights.scheme = scheme_metrics.scheme'
    ~ " and identity_weights.identity = 'unknown')",
    "'there is no weight for customers of unknown identity'",
    "cast(null as " ~ dbt.type_string() ~ ")",
    "'a row in rfm_identity_weights with identity unknown'"
) }}
