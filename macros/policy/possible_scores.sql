{# A query: scheme, metric and each score that the metric can have, where its scores are finite. Read
   before the policy is known to be right: a score that does not fit is none. #}
{% macro possible_scores() -%}
    select distinct
        scheme_metrics.scheme,
        scheme_metrics.metric,
        cast(levels.level as {{ dbt_rfm.type_decimal(12, 6) }}) as score
    from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
    inner join ({{ dbt_rfm.whole_numbers(dbt_rfm.rfm_most_bins(), 'level') }}) as levels
        on scheme_metrics.levels >= levels.level
    where scheme_metrics.method in ('ntile', 'quantile')
    union all
    select distinct
        scheme_metrics.scheme,
        scheme_metrics.metric,
        cast(
            case when abs(score_bins.score) < 1000000 then score_bins.score end
            as {{ dbt_rfm.type_decimal(12, 6) }}
        ) as score
    from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
    inner join {{ dbt_rfm.rfm_policy_rows('rfm_score_bins') }}
        on
            scheme_metrics.scheme = score_bins.scheme
            and scheme_metrics.metric = score_bins.metric
    where scheme_metrics.method = 'threshold'
{%- endmacro %}
