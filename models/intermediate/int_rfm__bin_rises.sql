{{ config(materialized='ephemeral') }}

-- Rises of frequency and of monetary, each alone, into a bin above a customer's own. The tier that
-- they lead to is found by grading, in int_rfm__upgrades.

with below_best as (

    select * from {{ ref('int_rfm__below_best') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

cut_points as (

    select * from {{ ref('int_rfm__cut_points') }}

),

-- Each bin that lies above the value, as what would come next.
higher_bins as (

    {%- for metric in ['frequency', 'monetary'] %}

    select
        below_best.*,
        cut_points.metric,
        -- Where less is better a rise goes behind the first customer of a tile, and not before its
        -- last one: its bound is then a bound like any other.
        case
            when scheme_metrics.direction = 'higher_is_better' then cut_points.method
            else 'threshold'
        end as method,
        below_best.{{ metric }} as value,
        cut_points.score as next_score,
        cut_points.lower_bound as next_lower_bound,
        case
            when cut_points.lower_tie_customer_id is null then cut_points.lower_inclusive
            else
                {{ dbt_rfm.by_bytes('below_best.customer_id') }}
                >= {{ dbt_rfm.by_bytes('cut_points.lower_tie_customer_id') }}
        end as next_lower_inclusive,
        cut_points.upper_bound as next_upper_bound,
        cut_points.upper_inclusive as next_upper_inclusive,
        cut_points.last_customer_id as next_last_customer_id
    from below_best
    inner join cut_points
        on
            below_best.scheme = cut_points.scheme
            and below_best.as_of_date = cut_points.as_of_date
            and below_best.{{ metric }} <= cut_points.lower_bound
            and cut_points.metric = '{{ metric }}'
            and cut_points.can_hold_a_value
    inner join scheme_metrics
        on
            cut_points.scheme = scheme_metrics.scheme
            and cut_points.metric = scheme_metrics.metric
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

distances as (

    {{ dbt_rfm.distances_to_next('higher_bins') | indent(4) }}

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
    metric as raised_metric,
    -- A tie is no rise.
    greatest(distance_to_next, step) as missing
from distances
