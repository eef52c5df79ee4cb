{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set own_measures = dbt_rfm.own_measure_metrics() %}

with cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

score_counts as (

    {%- for metric in dbt_rfm.rfm_allowed_values('scored_metric') %}
    select
        scheme,
        as_of_date,
        '{{ metric }}' as metric,
        {{ dbt_rfm.column_name('identity') }},
        {{ metric }}_score as score,
        count(*) as customers
    from graded_customers
    {%- if metric in own_measures %}
    where {{ metric }} is not null
    {%- endif %}
    group by scheme, as_of_date, {{ dbt_rfm.column_name('identity') }}, {{ metric }}_score
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

score_bins as (

    select
        score_counts.scheme,
        score_counts.as_of_date,
        score_counts.metric,
        {{ dbt_rfm.bin_name(
            'scheme_metrics.method', 'score_counts.identity', 'score_counts.score'
        ) | indent(8) }} as bin,
        score_counts.customers
    from score_counts
    inner join scheme_metrics
        on
            score_counts.scheme = scheme_metrics.scheme
            and score_counts.metric = scheme_metrics.metric

),

bin_counts as (

    select
        scheme,
        as_of_date,
        metric,
        bin,
        sum(customers) as customers
    from score_bins
    group by scheme, as_of_date, metric, bin

)

select
    cast(cut_points.scheme as {{ dbt.type_string() }}) as scheme,
    cut_points.as_of_date,
    cast(cut_points.metric_name as {{ dbt.type_string() }}) as metric,
    cast(cut_points.bin as {{ dbt.type_string() }}) as bin,
    cast(cut_points.score as {{ dbt_rfm.type_decimal(12, 6) }}) as score,
    cast(cut_points.lower_bound as {{ dbt_rfm.type_decimal(28, 6) }}) as lower_bound,
    cut_points.lower_inclusive,
    cast(cut_points.upper_bound as {{ dbt_rfm.type_decimal(28, 6) }}) as upper_bound,
    cut_points.upper_inclusive,
    cut_points.lower_tie_customer_id,
    cut_points.upper_tie_customer_id,
    cast(coalesce(bin_counts.customers, 0) as bigint) as customers
from cut_points
left join bin_counts
    on
        cut_points.scheme = bin_counts.scheme
        and cut_points.as_of_date = bin_counts.as_of_date
        and cut_points.metric = bin_counts.metric
        and cut_points.bin = bin_counts.bin
