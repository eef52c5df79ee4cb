{{ config(materialized='ephemeral') }}

{%- set seed = 'rfm_score_bins' -%}
{%- set of_metric = "' of ' || coalesce(metric, '(blank)')" -%}
{%- set of_bin = of_metric ~ " || ', score ' || coalesce(score_text, '(blank)')" -%}
{%- set number = 'a number with at most 15 digits before the point and 6 after' -%}
{%- set bins -%}
            partition by scheme, metric
            order by
                case when lower_bound is null then 0 else 1 end,
                lower_bound,
                case when upper_bound is null then 1 else 0 end,
                upper_bound,
                {{ dbt_rfm.by_bytes('score_text') }}
{%- endset %}

with score_bins as (

    select * from {{ ref('stg_rfm__score_bins') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

-- Bins in the order of their values, each beside the next one.
readable_bins as (

    select *
    from score_bins
    where
        (lower_bound_text is null or lower_bound is not null)
        and (upper_bound_text is null or upper_bound is not null)

),

neighbours as (

    select
        *,
        row_number() over ({{ bins }}) as bin_number,
        count(*) over (partition by scheme, metric) as bin_count,
        lead(score_text) over ({{ bins }}) as next_score_text,
        lead(lower_bound) over ({{ bins }}) as next_lower_bound,
        lead(lower_inclusive) over ({{ bins }}) as next_lower_inclusive
    from readable_bins

),

-- The same number written in several ways, such as 5 and 5.0.
equal_scores as (

    select
        scheme,
        metric,
        score,
        {{ dbt_rfm.joined_text('score_text', "', '", dbt_rfm.by_bytes('score_text')) }}
            as found_scores
    from score_bins
    where score is not null
    group by
        scheme,
        metric,
        score
    having count(distinct score_text) > 1

)

{{ dbt_rfm.policy_check_keys('score_bins', seed, ['scheme', 'metric', 'score_text']) }}
union all
{{ dbt_rfm.policy_check_number(
    'score_bins', seed, 'score', 'abs(score) < 1000000',
    'a number above -1000000, below 1000000, with at most 6 decimals', of_metric
) }}
union all
{{ dbt_rfm.policy_check(
    'equal_scores',
    seed,
    '1 = 1',
    "'several bins' || " ~ of_metric ~ " || ' have the same score'",
    'found_scores',
    "'another score for each bin'"
) }}
{%- for end in ['lower', 'upper'] %}
union all
{{ dbt_rfm.policy_check_number(
    'score_bins', seed, end ~ '_bound', '1 = 1', number ~ ', or leave it blank where it is open',
    of_bin, is_optional=true
) }}
union all
{{ dbt_rfm.policy_check_number(
    'score_bins', seed, end ~ '_inclusive', '1 = 1', 'true or false', of_bin,
    where=end ~ '_bound_text is not null'
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check(
    'score_bins',
    seed,
    "not exists (select 1 as found from scheme_metrics where scheme_metrics.scheme = score_bins.scheme"
    ~ " and scheme_metrics.metric = score_bins.metric and scheme_metrics.method = 'threshold')",
    "'the bin of score ' || coalesce(score_text, '(blank)') || ' belongs to no threshold metric'",
    'metric',
    "'a metric of the scheme whose method in rfm_scheme_metrics is threshold'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    seed,
    'bin_number = 1 and lower_bound is not null',
    "'the lowest bin' || " ~ of_bin ~ " || ' has a lower_bound, so lower values fall out'",
    'lower_bound_text',
    "'a blank lower_bound'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    seed,
    'bin_number = bin_count and upper_bound is not null',
    "'the highest bin' || " ~ of_bin ~ " || ' has an upper_bound, so higher values fall out'",
    'upper_bound_text',
    "'a blank upper_bound'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    seed,
    'lower_bound > upper_bound'
    ~ ' or (lower_bound = upper_bound and not (lower_inclusive and upper_inclusive))',
    "'the bin' || " ~ of_bin ~ " || ' holds no value'",
    "lower_bound_text || ' to ' || upper_bound_text",
    "'a lower_bound below the upper_bound'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    seed,
    'bin_number < bin_count and (upper_bound is null or next_lower_bound is null'
    ~ ' or upper_bound <> next_lower_bound or upper_inclusive = next_lower_inclusive)',
    "'gap or overlap after the bin' || " ~ of_bin,
    "'upper_bound ' || coalesce(upper_bound_text || case when upper_inclusive then ' inclusive' else"
    ~ " ' exclusive' end, 'blank') || ', next lower_bound '"
    ~ " || coalesce(cast(next_lower_bound as " ~ dbt.type_string() ~ ") || case when"
    ~ " next_lower_inclusive then ' inclusive' else ' exclusive' end, 'blank')",
    "'the same number in both, inclusive in exactly one'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    seed,
    'bin_number = bin_count and bin_count > ' ~ dbt_rfm.rfm_most_bins(),
    "'there are ' || cast(bin_count as " ~ dbt.type_string() ~ ") || ' bins' || " ~ of_metric,
    'bin_count',
    "'at most " ~ dbt_rfm.rfm_most_bins() ~ " bins a metric'"
) }}
