{{ config(materialized='ephemeral') }}

-- Rises of frequency and of monetary, each alone, that lift a min-max score to the lower bound of a
-- better tier: three in a row for each, for the tier that they lead to is found by grading, in
-- int_rfm__upgrades, where scores are rounded.

{%- set metrics = dbt_rfm.rfm_allowed_values('metric') -%}
{#- Orders are whole, money has two decimals. -#}
{%- set steps_in_unit = {'frequency': 1, 'monetary': 100} %}

with below_best as (

    select * from {{ ref('int_rfm__below_best') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

cut_points as (

    select * from {{ ref('int_rfm__cut_points') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

weights as (

    select
        scheme,
        {%- for metric in metrics %}
        max(case when metric = '{{ metric }}' then weight end) as {{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from scheme_metrics
    group by scheme

),

weighed as (

    select
        below_best.*,
        periods.score_decimals,
        {%- for metric in metrics %}
        weights.{{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from below_best
    inner join periods
        on
            below_best.scheme = periods.scheme
            and below_best.as_of_date = periods.as_of_date
    inner join weights
        on below_best.scheme = weights.scheme
    where periods.tier_method = 'score'

),

-- How far below each better tier: its lower bound, less what rounded_score rounds up to it.
short_of_tiers as (

    select
        weighed.*,
        tiers.min_score
        - case weighed.score_decimals
            {%- for places in range(7) %}
            when {{ places }}
                then {{ dbt_rfm.decimal("'%.10f'" % (0.5 / 10 ** places + 0.5 / 10 ** 9), 18, 12) }}
            {%- endfor %}
        end
        - {{ dbt_rfm.total_contribution('weighed') | indent(8) }} as score_missing
    from weighed
    inner join tiers
        on
            weighed.scheme = tiers.scheme
            and weighed.tier_rank > tiers.tier_rank
    where tiers.min_score is not null

),

steps_to_tiers as (

    {%- for metric, steps in steps_in_unit.items() %}

    select
        short_of_tiers.*,
        '{{ metric }}' as raised_metric,
        round({{ dbt_rfm.divide_half_up(
            dbt_rfm.decimal(
                dbt_rfm.decimal('short_of_tiers.score_missing', 20, 12)
                ~ ' * ' ~ dbt_rfm.decimal(
                    '(cut_points.upper_bound - cut_points.lower_bound) * ' ~ steps, 26, 0
                )
            ),
            'scheme_metrics.weight'
        ) | indent(8) }}, 0) as steps
    from short_of_tiers
    inner join scheme_metrics
        on
            short_of_tiers.scheme = scheme_metrics.scheme
            and scheme_metrics.metric = '{{ metric }}'
            and scheme_metrics.method = 'min_max'
            and scheme_metrics.direction = 'higher_is_better'
            and scheme_metrics.weight > 0
    inner join cut_points
        on
            short_of_tiers.scheme = cut_points.scheme
            and short_of_tiers.as_of_date = cut_points.as_of_date
            and cut_points.metric = '{{ metric }}'
            and cut_points.upper_bound > cut_points.lower_bound
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

deviation_rises as (

    {%- for more in [-1, 0, 1] %}

    select
        steps_to_tiers.*,
        steps_to_tiers.steps + {{ more }} as all_steps
    from steps_to_tiers
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    scheme,
    as_of_date,
    customer_id,
    tier_rank,
    {%- for metric in dbt_rfm.rfm_allowed_values('measured_metric') %}
    {{ dbt_rfm.metric_column(metric) }},
    {%- endfor %}
    {{ dbt_rfm.column_name('identity') }},
    raised_metric,
    case raised_metric
        {%- for metric, steps in steps_in_unit.items() %}
        when '{{ metric }}'
            then {{ dbt_rfm.decimal('all_steps * ' ~ dbt_rfm.decimal("'%s'" % (1 / steps), 9, 2)) }}
        {%- endfor %}
    end as missing
from deviation_rises
where all_steps > 0
