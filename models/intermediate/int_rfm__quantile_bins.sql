with ranked_values as (

    select * from {{ ref('int_rfm__ranked_values') }}
    where method = 'quantile'

),

score_levels as (

    select * from {{ ref('int_rfm__score_levels') }}
    where method = 'quantile'

),

populations as (

    select
        scheme,
        as_of_date,
        metric,
        max(all_customers) as customers
    from ranked_values
    group by
        scheme,
        as_of_date,
        metric

),

-- Cut i of k lies at position (n - 1) x i / k of the sorted values, counted from 0.
cut_positions as (

    select
        score_levels.scheme,
        score_levels.as_of_date,
        score_levels.metric,
        score_levels.levels,
        score_levels.level as cut,
        {{ dbt_rfm.divide_whole(
            '((populations.customers - 1) * score_levels.level)', 'score_levels.levels'
        ) }} as whole_position,
        ((populations.customers - 1) * score_levels.level) % score_levels.levels as position_rest
    from score_levels
    inner join populations
        on
            score_levels.scheme = populations.scheme
            and score_levels.as_of_date = populations.as_of_date
            and score_levels.metric = populations.metric
    where score_levels.level < score_levels.levels

),

neighbours as (

    select
        cut_positions.scheme,
        cut_positions.as_of_date,
        cut_positions.metric,
        cut_positions.cut,
        cut_positions.levels,
        cut_positions.position_rest,
        min(ranked_values.value) as value_before,
        max(ranked_values.value) as value_after
    from cut_positions
    inner join ranked_values
        on
            cut_positions.scheme = ranked_values.scheme
            and cut_positions.as_of_date = ranked_values.as_of_date
            and cut_positions.metric = ranked_values.metric
            and ranked_values.customers_below
            <= cut_positions.whole_position + least(cut_positions.position_rest, 1)
            and ranked_values.customers_below + ranked_values.customers
            > cut_positions.whole_position
    group by
        cut_positions.scheme,
        cut_positions.as_of_date,
        cut_positions.metric,
        cut_positions.cut,
        cut_positions.levels,
        cut_positions.position_rest

),

-- Values have 6 decimals, so a cut rounded down to 6 decimals separates the same values.
cuts as (

    select
        scheme,
        as_of_date,
        metric,
        cut,
        value_before
        + cast(
            {{ dbt_rfm.divide_whole(
                '(' ~ dbt_rfm.in_millionths('(value_after - value_before)') ~ ' * position_rest)',
                'levels'
            ) }} as numeric(26, 0)
        ) * cast(0.000001 as numeric(6, 6)) as cut_value
    from neighbours

),

bounded_bins as (

    select
        score_levels.scheme,
        score_levels.as_of_date,
        score_levels.metric,
        case
            when score_levels.direction = 'higher_is_better' then score_levels.level
            else score_levels.levels + 1 - score_levels.level
        end as score,
        cast(lower_cuts.cut_value as numeric(28, 6)) as lower_bound,
        case when lower_cuts.cut_value is not null then false end as lower_inclusive,
        cast(upper_cuts.cut_value as numeric(28, 6)) as upper_bound,
        case when upper_cuts.cut_value is not null then true end as upper_inclusive
    from score_levels
    left join cuts as lower_cuts
        on
            score_levels.scheme = lower_cuts.scheme
            and score_levels.as_of_date = lower_cuts.as_of_date
            and score_levels.metric = lower_cuts.metric
            and score_levels.level - 1 = lower_cuts.cut
    left join cuts as upper_cuts
        on
            score_levels.scheme = upper_cuts.scheme
            and score_levels.as_of_date = upper_cuts.as_of_date
            and score_levels.metric = upper_cuts.metric
            and score_levels.level = upper_cuts.cut

)

select
    bounded_bins.scheme,
    bounded_bins.as_of_date,
    bounded_bins.metric,
    bounded_bins.score,
    bounded_bins.lower_bound,
    bounded_bins.lower_inclusive,
    bounded_bins.upper_bound,
    bounded_bins.upper_inclusive,
    cast(coalesce(sum(ranked_values.customers), 0) as bigint) as customers
from bounded_bins
left join ranked_values
    on
        bounded_bins.scheme = ranked_values.scheme
        and bounded_bins.as_of_date = ranked_values.as_of_date
        and bounded_bins.metric = ranked_values.metric
        and {{ dbt_rfm.within_bounds('ranked_values.value', 'bounded_bins') }}
group by
    bounded_bins.scheme,
    bounded_bins.as_of_date,
    bounded_bins.metric,
    bounded_bins.score,
    bounded_bins.lower_bound,
    bounded_bins.lower_inclusive,
    bounded_bins.upper_bound,
    bounded_bins.upper_inclusive
