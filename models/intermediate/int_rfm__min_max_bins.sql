{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}

with customer_metrics as (

    select * from {{ ref('int_rfm__customer_metrics') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}
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
    group by
        scheme,
        as_of_date

),

ranges as (

    select
        periods.scheme,
        periods.as_of_date,
        coalesce(extremes.customers, 0) as customers,
        scheme_metrics.metric,
        scheme_metrics.direction,
        case scheme_metrics.metric
            {%- for metric in measured %}
            when '{{ metric }}' then extremes.max_{{ metric }} - extremes.min_{{ metric }}
            {%- endfor %}
        end as value_range,
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

)

select
    scheme,
    as_of_date,
    metric,
    cast(
        case when direction = 'higher_is_better' then baseline else baseline - value_range end
        as {{ dbt_rfm.type_decimal(28, 6) }}
    ) as lower_bound,
    cast(
        case when direction = 'higher_is_better' then baseline + value_range else baseline end
        as {{ dbt_rfm.type_decimal(28, 6) }}
    ) as upper_bound,
    cast(customers as bigint) as customers
from ranges
