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

-- The bins that a value can lie in, as what would come next.
bins as (

    select
        cut_points.scheme,
        cut_points.as_of_date,
        cut_points.metric,
        -- Where less is better a rise goes behind the first customer of a tile, and not before its
        -- last one: its bound is then a bound like any other.
        case
            when scheme_metrics.direction = 'higher_is_better' then cut_points.method
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
    inner join scheme_metrics
        on
            cut_points.scheme = scheme_metrics.scheme
            and cut_points.metric = scheme_metrics.metric
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

),

distances as (

    {{ dbt_rfm.distances_to_next('higher_bins') | indent(4) }}

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
    metric as raised_metric,
    -- A tie is no rise.
    greatest(distance_to_next, step) as missing
from distances
where
    value <= next_lower_bound
    -- The lowest customer of a bin stands at its bound, and is in it already.
    and next_score <> case metric when 'frequency' then frequency_score else monetary_score end
