{# A query: one row a scheme, as-of date and metric, with its bins beside each other from the lowest up,
   and a cut between each two: a score is that of the first bin whose upper cut the value does not
   pass. `cut_points` has rows of int_rfm__cut_points. #}
{% macro score_steps(cut_points) -%}
{%- set most_bins = dbt_rfm.rfm_most_bins() -%}
with bins as (

    select
        scheme,
        as_of_date,
        metric,
        method,
        direction,
        weight,
        score,
        lower_tie_customer_id as tie_customer_id,
        -- Values have 6 decimals: from a bound on is above the next smaller number.
        case
            when lower_inclusive and lower_tie_customer_id is null
                then lower_bound - {{ dbt_rfm.decimal("'0.000001'") }}
            else lower_bound
        end as cut,
        case when method = 'min_max' then lower_bound end as lower_bound,
        case when method = 'min_max' then upper_bound end as upper_bound,
        row_number() over (
            partition by scheme, as_of_date, metric
            order by
                case when can_hold_a_value then 0 else 1 end,
                case when lower_bound is null then 0 else 1 end,
                lower_bound,
                case when upper_bound is null then 1 else 0 end,
                upper_bound,
                case when direction = 'lower_is_better' then -score else score end
        ) as bin_number,
        can_hold_a_value
    from {{ cut_points }}

)

select
    scheme,
    as_of_date,
    metric,
    method,
    direction,
    weight,
    {%- for cut in range(1, most_bins) %}
    {%- for column in ['cut', 'tie_customer_id'] %}
    max(case when can_hold_a_value and bin_number = {{ cut + 1 }} then {{ column }} end)
        as {{ column }}_{{ cut }},
    {%- endfor %}
    {%- endfor %}
    {%- for bin in range(1, most_bins + 1) %}
    max(case when can_hold_a_value and bin_number = {{ bin }} then score end) as score_{{ bin }},
    {%- endfor %}
    max(lower_bound) as lower_bound,
    max(upper_bound) as upper_bound
from bins
group by
    scheme,
    as_of_date,
    metric,
    method,
    direction,
    weight
{%- endmacro %}
