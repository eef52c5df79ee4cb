{{ config(materialized='ephemeral') }}

-- Rises of frequency and of monetary, each alone, that lift a min-max score to the lower bound of
-- the next better tier: three in a row, for scores are rounded, and which of them does it is found
-- by grading, in int_rfm__upgrades.

with below_best as (select * from {{ ref('int_rfm__below_best') }}),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

-- How far below the next better tier: its lower bound, less what rounded_score rounds up to it.
short_of_tier as (

    select
        below_best.*,
        tiers.min_score
        - case below_best.score_decimals
            {%- for places in range(7) %}
            when {{ places }}
                then {{ dbt_rfm.decimal("'%.10f'" % (0.5 / 10 ** places + 0.5 / 10 ** 9), 18, 12) }}
            {%- endfor %}
        end
        - {{ dbt_rfm.total_contribution('below_best') | indent(8) }} as score_missing
    from below_best
    inner join tiers
        on
            below_best.scheme = tiers.scheme
            and below_best.tier_rank - 1 = tiers.tier_rank
    where below_best.tier_method = 'score'

),

-- The range of a score, in steps: orders are whole, money has two decimals.
ranges as (

    select
        cut_points.scheme,
        cut_points.as_of_date,
        cut_points.metric,
        scheme_metrics.weight,
        (cut_points.upper_bound - cut_points.lower_bound)
        * case when cut_points.metric = 'monetary' then 100 else 1 end as steps
    from cut_points
    inner join scheme_metrics
        on
            cut_points.scheme = scheme_metrics.scheme
            and cut_points.metric = scheme_metrics.metric
    where
        scheme_metrics.method = 'min_max'
        and scheme_metrics.direction = 'higher_is_better'
        and scheme_metrics.weight > 0
        and cut_points.metric in ('frequency', 'monetary')
        and cut_points.upper_bound > cut_points.lower_bound

),

steps_to_tier as (

    select
        short_of_tier.*,
        ranges.metric as raised_metric,
        -- A rise that passes what a score can be reaches nothing.
        case
            when
                short_of_tier.score_missing < 1000000
                and short_of_tier.score_missing
                < {{ dbt_rfm.rfm_most_deviation() }} * ranges.weight
                and ranges.steps < 1000000000000000
                then round({{ dbt_rfm.divide_half_up(
                    dbt_rfm.decimal(
                        dbt_rfm.decimal('short_of_tier.score_missing', 20, 12)
                        ~ ' * ' ~ dbt_rfm.decimal('ranges.steps', 26, 0)
                    ),
                    'ranges.weight'
                ) | indent(16) }}, 0)
        end as steps
    from short_of_tier
    inner join ranges
        on
            short_of_tier.scheme = ranges.scheme
            and short_of_tier.as_of_date = ranges.as_of_date

),

offsets as (

    select -1 as steps_more
    union all
    select 0 as steps_more
    union all
    select 1 as steps_more

),

deviation_rises as (

    select
        steps_to_tier.*,
        steps_to_tier.steps + offsets.steps_more as all_steps
    from steps_to_tier
    cross join offsets
    where steps_to_tier.steps + offsets.steps_more > 0

)

select
    scheme,
    as_of_date,
    customer_id,
    frequency,
    monetary,
    tier_rank,
    tier_method,
    score_decimals,
    {%- for metric in dbt_rfm.rfm_allowed_values('metric') %}
    {{ metric }}_score,
    {{ metric }}_method,
    {{ metric }}_weight,
    {%- endfor %}
    raised_metric,
    {{ dbt_rfm.decimal(
        "all_steps * case when raised_metric = 'monetary' then "
        ~ dbt_rfm.decimal("'0.01'", 9, 2) ~ ' else 1 end'
    ) }} as missing
from deviation_rises
