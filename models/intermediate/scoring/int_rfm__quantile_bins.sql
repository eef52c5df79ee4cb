{{ config(materialized='ephemeral') }}

with cut_values as (

    select * from {{ ref('int_rfm__cut_values') }}
    where method = 'quantile'

),

score_levels as (

    select * from {{ ref('int_rfm__score_levels') }}
    where method = 'quantile'

),

neighbours as (

    select
        scheme,
        as_of_date,
        metric,
        levels,
        level as cut,
        position_rest,
        min(value) as value_before,
        max(value) as value_after
    from cut_values
    group by
        scheme,
        as_of_date,
        metric,
        levels,
        level,
        position_rest

),

-- Values have 6 decimals, so a cut rounded down to 6 decimals separates the same values.
cuts as (

    select
        scheme,
        as_of_date,
        metric,
        cut,
        value_before
        + {{ dbt_rfm.decimal(
            dbt_rfm.divide_whole(
                '(' ~ dbt_rfm.in_millionths('(value_after - value_before)') ~ ' * position_rest)',
                'levels'
            ), 26, 0
        ) }} * {{ dbt_rfm.decimal("'0.000001'", 6, 6) }} as cut_value
    from neighbours

)

select
    score_levels.scheme,
    score_levels.as_of_date,
    score_levels.metric,
    case
        when score_levels.direction = 'higher_is_better' then score_levels.level
        else score_levels.levels + 1 - score_levels.level
    end as score,
    cast(lower_cuts.cut_value as {{ dbt_rfm.type_decimal(28, 6) }}) as lower_bound,
    case when lower_cuts.cut_value is not null then false end as lower_inclusive,
    cast(upper_cuts.cut_value as {{ dbt_rfm.type_decimal(28, 6) }}) as upper_bound,
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
