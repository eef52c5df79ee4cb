with policy_gate as (

    select * from {{ ref('int_rfm__policy_gate') }}

),

score_bins as (

    select * from {{ ref('stg_rfm__score_bins') }}

),

value_counts as (

    select * from {{ ref('int_rfm__value_counts') }}
    where method = 'threshold'

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

bins_in_force as (

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

)

select
    bins_in_force.scheme,
    bins_in_force.as_of_date,
    bins_in_force.metric,
    bins_in_force.score,
    bins_in_force.lower_bound,
    bins_in_force.lower_inclusive,
    bins_in_force.upper_bound,
    bins_in_force.upper_inclusive,
    cast(coalesce(sum(value_counts.customers), 0) as bigint) as customers
from bins_in_force
left join value_counts
    on
        bins_in_force.scheme = value_counts.scheme
        and bins_in_force.as_of_date = value_counts.as_of_date
        and bins_in_force.metric = value_counts.metric
        and {{ dbt_rfm.within_bounds('value_counts.value', 'bins_in_force') }}
group by
    bins_in_force.scheme,
    bins_in_force.as_of_date,
    bins_in_force.metric,
    bins_in_force.score,
    bins_in_force.lower_bound,
    bins_in_force.lower_inclusive,
    bins_in_force.upper_bound,
    bins_in_force.upper_inclusive
