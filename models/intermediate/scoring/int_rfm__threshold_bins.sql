{{ config(materialized='ephemeral') }}

with policy_gate as (

    select * from {{ ref('int_rfm__policy_gate') }}

),

score_bins as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_score_bins') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

)

select
    periods.scheme,
    periods.as_of_date,
    score_bins.metric,
    score_bins.score,
    score_bins.lower_bound,
    score_bins.upper_bound,
    case when score_bins.lower_bound is not null then score_bins.lower_inclusive end
        as lower_inclusive,
    case when score_bins.upper_bound is not null then score_bins.upper_inclusive end
        as upper_inclusive
from score_bins
inner join periods
    on score_bins.scheme = periods.scheme
cross join policy_gate
where policy_gate.problems = 0
