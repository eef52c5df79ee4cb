-- Rises of frequency and of monetary, each alone, that may lead to a better tier: into a bin above
-- a customer's own, or as far as lifts a min-max score to the next better tier. They rise from what
-- a customer is worth on the report date, to better than what was graded and than what was earned
-- since. The tier that they lead to is found by grading, in int_rfm__upgrades.

{#- What the grading of a rise needs of the customer. -#}
{%- set standing = [
    'recency_cell', 'frequency_cell', 'monetary_cell', 'frequency_score', 'monetary_score',
    'tier_method', 'score_decimals', 'contributions',
] %}

with standings as (
    select * from {{ ref('int_rfm__later_tiers') }}
    where period = 'report'
),

listed_customers as (select * from {{ ref('int_rfm__listed_customers') }}),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

below_best as (

    select
        standings.scheme,
        standings.as_of_date,
        standings.customer_id,
        standings.frequency,
        standings.monetary,
        {%- for column in standing %}
        standings.{{ column }},
        {%- endfor %}
        least(standings.tier_rank, listed_customers.tier_rank) as tier_rank
    from standings
    inner join listed_customers
        on
            {{ dbt_rfm.graded_key('standings') | indent(12) }}
            = {{ dbt_rfm.graded_key('listed_customers') | indent(12) }}
    where
        standings.tier_rank > 1
        and listed_customers.tier_rank > 1

),

-- The bins that a value can lie in, as what would come next.
bins as (

    select
        cut_points.scheme,
        cut_points.as_of_date,
        cut_points.metric,
        -- Where less is better a rise goes behind the first customer of a tile, and not before its
        -- last one: its bound is then a bound like any other.
        case
            when cut_points.direction = 'higher_is_better' then cut_points.method
            else 'threshold'
        end as method,
        cut_points.score as next_score,
        cut_points.lower_bound as next_lower_bound,
        cut_points.lower_inclusive,
        cut_points.lower_tie_customer_id,
        cut_points.upper_bound as next_upper_bound,
        cut_points.upper_inclusive as next_upper_inclusive,
        cut_points.last_customer_id as next_last_customer_id
    from cut_points
    where
        cut_points.can_hold_a_value
        and cut_points.metric in ('frequency', 'monetary')

),

higher_bins as (

    select
        below_best.*,
        bins.metric,
        bins.method,
        case bins.metric
            when 'frequency' then cast(below_best.frequency as {{ dbt_rfm.type_decimal(28, 6) }})
            when 'monetary' then below_best.monetary
        end as value,
        bins.next_score,
        bins.next_lower_bound,
        case
            when bins.lower_tie_customer_id is null then bins.lower_inclusive
            else
                {{ dbt_rfm.by_bytes('below_best.customer_id') }}
                >= {{ dbt_rfm.by_bytes('bins.lower_tie_customer_id') }}
        end as next_lower_inclusive,
        bins.next_upper_bound,
        bins.next_upper_inclusive,
        bins.next_last_customer_id
    from below_best
    inner join bins
        on
            below_best.scheme = bins.scheme
            and below_best.as_of_date = bins.as_of_date
    -- The last customer of a tile stands at its bound, and is in it already.
    where
        bins.method <> 'ntile'
        or bins.next_score > case bins.metric
            when 'frequency' then below_best.frequency_score
            else below_best.monetary_score
        end

),

distances as (

    {{ dbt_rfm.distances_to_next('higher_bins') | indent(4) }}

),

-- How far below the next better tier: the least score with so many decimals that is in it, less
-- what rounded_score rounds up to that.
short_of_tier as (

    select
        below_best.*,
        case below_best.score_decimals
            {%- for places in range(7) %}
            when {{ places }}
                then
                    {{ dbt_rfm.decimal(
                        'ceil(tiers.min_score * ' ~ 10 ** places ~ ') * '
                        ~ dbt_rfm.decimal("'%.6f'" % (1 / 10 ** places), 7, 6)
                    ) }}
                    - {{ dbt_rfm.decimal(
                        "'%.10f'" % (0.5 / 10 ** places + 0.5 / 10 ** 9), 18, 12
                    ) }}
            {%- endfor %}
        end
        - below_best.contributions as score_missing
    from below_best
    inner join tiers
        on
            below_best.scheme = tiers.scheme
            and below_best.tier_rank - 1 = tiers.tier_rank
    where below_best.tier_method = 'score'

),

-- The range of a score, and the steps in it: orders are whole, money has two decimals.
ranges as (

    select
        cut_points.scheme,
        cut_points.as_of_date,
        cut_points.metric,
        cut_points.weight,
        cut_points.lower_bound,
        cut_points.upper_bound - cut_points.lower_bound as value_range,
        case when cut_points.metric = 'monetary' then 100 else 1 end as steps_of_one
    from cut_points
    where
        cut_points.method = 'min_max'
        and cut_points.direction = 'higher_is_better'
        and cut_points.weight > 0
        and cut_points.metric in ('frequency', 'monetary')
        and cut_points.upper_bound > cut_points.lower_bound

),

raised as (

    select
        short_of_tier.*,
        ranges.metric as raised_metric,
        ranges.weight,
        ranges.lower_bound,
        ranges.steps_of_one,
        ranges.value_range * ranges.steps_of_one as range_steps,
        case ranges.metric
            when 'frequency' then short_of_tier.frequency
            else short_of_tier.monetary
        end as value,
        case ranges.metric
            when 'frequency' then short_of_tier.frequency_score
            else short_of_tier.monetary_score
        end as own_score
    from short_of_tier
    inner join ranges
        on
            short_of_tier.scheme = ranges.scheme
            and short_of_tier.as_of_date = ranges.as_of_date
    -- A rise that passes what a score can be reaches nothing.
    where
        short_of_tier.score_missing < 1000000
        and short_of_tier.score_missing < {{ dbt_rfm.rfm_most_deviation() }} * ranges.weight
        and ranges.value_range * ranges.steps_of_one < 1000000000000000

),

-- The least score of 12 decimals that is enough.
enough_scores as (

    select
        *,
        {{ dbt_rfm.decimal(
            'own_score + ' ~ dbt_rfm.decimal(
                dbt_rfm.divide_whole(
                    '(' ~ dbt_rfm.decimal(
                        dbt_rfm.decimal('score_missing', 20, 12) ~ ' * 1000000000000', 20, 0
                    ) ~ ' * 1000000 + ' ~ dbt_rfm.in_millionths('weight') ~ ' - 1)',
                    dbt_rfm.in_millionths('weight')
                ), 24, 0
            ) ~ ' * ' ~ dbt_rfm.decimal("'0.000000000001'", 12, 12), 20, 12
        ) }} as enough_score
    from raised

),

-- A score is rounded half up, so that half of its last decimal less is enough.
steps_to_tier as (

    select
        *,
        ceil(
            {{ dbt_rfm.decimal('range_steps', 17, 2) }}
            * {{ dbt_rfm.decimal(
                'enough_score - ' ~ dbt_rfm.decimal("'0.0000000000005'", 13, 13), 20, 13
            ) }}
            - {{ dbt_rfm.decimal('(value - lower_bound) * steps_of_one', 24, 6) }}
        ) as steps
    from enough_scores

),

offsets as (

    {{ dbt_rfm.whole_numbers(3, 'offset_number') | indent(4) }}

),

deviation_rises as (

    select
        steps_to_tier.*,
        steps_to_tier.steps + offsets.offset_number - 2 as all_steps,
        case
            when steps_to_tier.raised_metric = 'monetary'
                then {{ dbt_rfm.decimal("'0.01'", 9, 2) }}
            else 1
        end as step_size
    from steps_to_tier
    cross join offsets
    where steps_to_tier.steps + offsets.offset_number - 2 > 0

)

select
    scheme,
    as_of_date,
    customer_id,
    tier_rank,
    {{ standing | join(',\n    ') }},
    metric as raised_metric,
    value,
    -- A tie is no rise.
    greatest(distance_to_next, step) as missing
from distances
where value <= next_lower_bound
union all
select
    scheme,
    as_of_date,
    customer_id,
    tier_rank,
    {{ standing | join(',\n    ') }},
    raised_metric,
    value,
    {{ dbt_rfm.decimal('all_steps * step_size') }} as missing
from deviation_rises
