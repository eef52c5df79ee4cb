{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set text = dbt.type_string() -%}

with customer_metrics as (select * from {{ ref('int_rfm__customer_metrics') }}),

periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
    where method = 'min_max'
),

extremes as (

    select
        scheme,
        as_of_date,
        {%- for metric in measured %}
        {%- set column = dbt_rfm.metric_column(metric) %}
        {%- for extreme in ['min', 'max'] %}
        cast({{ extreme }}({{ column }}) as {{ dbt_rfm.type_decimal(28, 6) }})
            as {{ extreme }}_{{ metric }},
        {%- endfor %}
        {%- endfor %}
        count(*) as customers
    from customer_metrics
    group by scheme, as_of_date

),

ranges as (

    select
        periods.scheme,
        periods.as_of_date,
        coalesce(extremes.customers, 0) as customers,
        scheme_metrics.metric,
        scheme_metrics.direction,
        scheme_metrics.baseline_metric,
        {%- for extreme, name in {'min': 'lowest_value', 'max': 'highest_value'}.items() %}
        case scheme_metrics.metric
            {%- for metric in measured %}
            when '{{ metric }}' then extremes.{{ extreme }}_{{ metric }}
            {%- endfor %}
        end as {{ name }},
        {%- endfor %}
        case scheme_metrics.baseline_metric
            {%- for metric in measured %}
            when '{{ metric }}'
                then
                    case scheme_metrics.direction
                        when 'higher_is_better' then extremes.min_{{ metric }}
                        else extremes.max_{{ metric }}
                    end
            {%- endfor %}
        end as baseline
    from periods
    inner join scheme_metrics
        on periods.scheme = scheme_metrics.scheme
    left join extremes
        on
            periods.scheme = extremes.scheme
            and periods.as_of_date = extremes.as_of_date

),

-- Metrics of which the baseline is so far off, for their range, that a score does not fit.
far_baselines as (

    select *
    from ranges
    where
        highest_value > lowest_value
        and greatest(abs(lowest_value - baseline), abs(highest_value - baseline))
        >= {{ dbt_rfm.rfm_most_deviation() }} * (highest_value - lowest_value)

),

range_gate as (

    select
        case
            when count(*) > 0
                then {{ dbt_rfm.fail(
                    "'rfm_scheme_metrics: ' || cast(count(*) as " ~ text
                    ~ ") || ' min_max metric(s) with scores of " ~ dbt_rfm.rfm_most_deviation()
                    ~ " and more, which do not fit: ' || "
                    ~ dbt_rfm.joined_text(
                        "scheme || ' / ' || metric || ': found values from ' || "
                        ~ dbt_rfm.plain_decimal('lowest_value') ~ " || ' to ' || "
                        ~ dbt_rfm.plain_decimal('highest_value')
                        ~ " || ', measured from ' || " ~ dbt_rfm.plain_decimal('baseline')
                        ~ " || ' of baseline_metric ' || baseline_metric",
                        "'; '",
                        dbt_rfm.by_bytes('scheme') ~ ', ' ~ dbt_rfm.by_bytes('metric')
                    )
                    ~ " || '; write a blank baseline_metric, one of similar values, or another"
                    ~ " method'"
                ) | indent(16) }}
            else 0
        end as problems
    from far_baselines

)

select
    ranges.scheme,
    ranges.as_of_date,
    ranges.metric,
    -- Without values, as nobody may have an own measure, there is no range.
    cast(
        case
            when ranges.direction = 'lower_is_better'
                then ranges.baseline - (ranges.highest_value - ranges.lowest_value)
            when ranges.highest_value >= ranges.lowest_value then ranges.baseline
        end as {{ dbt_rfm.type_decimal(28, 6) }}
    ) as lower_bound,
    cast(
        case
            when ranges.direction = 'higher_is_better'
                then ranges.baseline + (ranges.highest_value - ranges.lowest_value)
            when ranges.highest_value >= ranges.lowest_value then ranges.baseline
        end as {{ dbt_rfm.type_decimal(28, 6) }}
    ) as upper_bound,
    case when ranges.customers > 0 then true end as lower_inclusive,
    case when ranges.customers > 0 then true end as upper_inclusive
from ranges
cross join range_gate
where range_gate.problems = 0
