-- One row a metric, with its bins beside each other from the lowest up, and a cut between each two:
-- a score is that of the first bin whose upper cut the value does not pass.

{%- set most_bins = dbt_rfm.rfm_most_bins() -%}
{%- set from_lowest -%}
            partition by cut_points.scheme, cut_points.as_of_date, cut_points.metric
            order by
                case when cut_points.lower_bound is null then 0 else 1 end,
                cut_points.lower_bound,
                case when cut_points.upper_bound is null then 1 else 0 end,
                cut_points.upper_bound,
                case
                    when scheme_metrics.direction = 'lower_is_better' then -cut_points.score
                    else cut_points.score
                end
{%- endset %}

with cut_points as (

    select * from {{ ref('int_rfm__cut_points') }}

),

scheme_metrics as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}

),

ranges as (

    select
        scheme,
        as_of_date,
        metric,
        lower_bound,
        upper_bound
    from cut_points
    where method = 'min_max'

),

bins as (

    select
        cut_points.scheme,
        cut_points.as_of_date,
        cut_points.metric,
        cut_points.score,
        cut_points.lower_tie_customer_id as tie_customer_id,
        -- Values have 6 decimals: from a bound on is above the next smaller number.
        case
            when cut_points.lower_inclusive and cut_points.lower_tie_customer_id is null
                then cut_points.lower_bound - {{ dbt_rfm.decimal("'0.000001'") }}
            else cut_points.lower_bound
        end as cut,
        row_number() over ({{ from_lowest }}) as bin_number
    from cut_points
    inner join scheme_metrics
        on
            cut_points.scheme = scheme_metrics.scheme
            and cut_points.metric = scheme_metrics.metric
    where cut_points.can_hold_a_value

),

pivoted as (

    select
        scheme,
        as_of_date,
        metric,
        {%- for cut in range(1, most_bins) %}
        {%- for column in ['cut', 'tie_customer_id'] %}
        max(case when bin_number = {{ cut + 1 }} then {{ column }} end) as {{ column }}_{{ cut }},
        {%- endfor %}
        {%- endfor %}
        {%- for bin in range(1, most_bins + 1) %}
        max(case when bin_number = {{ bin }} then score end) as score_{{ bin }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from bins
    group by
        scheme,
        as_of_date,
        metric

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

)

select
    periods.scheme,
    periods.as_of_date,
    scheme_metrics.metric,
    scheme_metrics.method,
    scheme_metrics.direction,
    scheme_metrics.weight,
    {%- for cut in range(1, most_bins) %}
    {%- for column in ['cut', 'tie_customer_id'] %}
    pivoted.{{ column }}_{{ cut }},
    {%- endfor %}
    {%- endfor %}
    {%- for bin in range(1, most_bins + 1) %}
    pivoted.score_{{ bin }},
    {%- endfor %}
    ranges.lower_bound,
    ranges.upper_bound
from periods
inner join scheme_metrics
    on periods.scheme = scheme_metrics.scheme
left join pivoted
    on
        periods.scheme = pivoted.scheme
        and periods.as_of_date = pivoted.as_of_date
        and scheme_metrics.metric = pivoted.metric
left join ranges
    on
        periods.scheme = ranges.scheme
        and periods.as_of_date = ranges.as_of_date
        and scheme_metrics.metric = ranges.metric
