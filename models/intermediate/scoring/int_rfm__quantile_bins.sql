-- Type-7 percentiles: cuts on a value, or between two.

{%- set metric_key = ['scheme', 'as_of_date', 'metric'] %}

with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
    where method = 'quantile'
),

levels as (

    {{ dbt_rfm.whole_numbers(dbt_rfm.rfm_most_bins(), 'level') | indent(4) }}

),

metric_values as (
    select * from {{ ref('int_rfm__metric_values') }}
    where method = 'quantile'
),

value_buckets as (

    {{ dbt_rfm.value_buckets('metric_values', metric_key) | indent(4) }}

),

populations as (

    select
        {{ metric_key | join(',\n        ') }},
        max(all_customers) as customers
    from value_buckets
    group by {{ metric_key | join(', ') }}

),

positions as (

    select
        populations.*,
        scheme_metrics.levels,
        levels.level as cut,
        {{ dbt_rfm.divide_whole(
            '(' ~ dbt_rfm.position_of_quantile('levels.level', 'populations.customers') ~ ')',
            'scheme_metrics.levels'
        ) }} as whole_position,
        mod(
            {{ dbt_rfm.position_of_quantile('levels.level', 'populations.customers') }},
            scheme_metrics.levels
        ) as position_rest
    from populations
    inner join scheme_metrics
        on
            populations.scheme = scheme_metrics.scheme
            and populations.metric = scheme_metrics.metric
    inner join levels
        on scheme_metrics.levels > levels.level

),

cut_ranks as (

    select
        positions.*,
        positions.whole_position + levels.level as value_rank
    from positions
    inner join levels
        on levels.level = 1 or (levels.level = 2 and positions.position_rest > 0)

),

cut_values as (

    {{ dbt_rfm.values_at_ranks(
        'cut_ranks', 'value_buckets', 'metric_values', metric_key
    ) | indent(4) }}

),

neighbours as (

    select
        {{ metric_key | join(',\n        ') }},
        levels,
        cut,
        position_rest,
        min(value) as value_before,
        max(value) as value_after
    from cut_values
    group by {{ metric_key | join(', ') }}, levels, cut, position_rest

),

-- Values have 6 decimals, so a cut rounded down to 6 decimals separates the same values.
cuts as (

    select
        {{ metric_key | join(',\n        ') }},
        cut,
        value_before
        + {{ dbt_rfm.decimal(
            dbt_rfm.divide_whole(
                '(' ~ dbt_rfm.in_millionths('(value_after - value_before)') ~ ' * position_rest)',
                'levels'
            ), 26, 0
        ) }} * {{ dbt_rfm.decimal("'0.000001'", 6, 6) }} as cut_value
    from neighbours

),

bins as (

    select
        periods.scheme,
        periods.as_of_date,
        scheme_metrics.metric,
        case
            when scheme_metrics.direction = 'higher_is_better' then levels.level
            else scheme_metrics.levels + 1 - levels.level
        end as score,
        cast(lower_cuts.cut_value as {{ dbt_rfm.type_decimal(28, 6) }}) as lower_bound,
        cast(upper_cuts.cut_value as {{ dbt_rfm.type_decimal(28, 6) }}) as upper_bound
    from periods
    inner join scheme_metrics
        on periods.scheme = scheme_metrics.scheme
    inner join levels
        on scheme_metrics.levels >= levels.level
    {%- for relation, cut in {
        'lower_cuts': 'levels.level - 1', 'upper_cuts': 'levels.level',
    }.items() %}
    left join cuts as {{ relation }}
        on
            {{ dbt_rfm.same_values('periods', relation, ['scheme', 'as_of_date']) | indent(12) }}
            and scheme_metrics.metric = {{ relation }}.metric
            and {{ cut }} = {{ relation }}.cut
    {%- endfor %}

)

select
    *,
    case when lower_bound is not null then false end as lower_inclusive,
    case when upper_bound is not null then true end as upper_inclusive,
    -- Nobody may have a value of an own measure: then there are no cuts at all.
    case
        when lower_bound is null then upper_bound is not null
        else upper_bound is null or lower_bound < upper_bound
    end as can_hold_a_value
from bins
