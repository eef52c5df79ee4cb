{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

with cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

score_components as (select * from {{ ref('rfm_score_components') }}),

bin_counts as (

    select
        scheme,
        as_of_date,
        metric,
        bin,
        count(*) as customers
    from score_components
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
        and cut_points.metric_name = bin_counts.metric
        and cut_points.bin = bin_counts.bin
