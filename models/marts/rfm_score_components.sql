with metric_values as (

    select * from {{ ref('int_rfm__metric_values') }}

),

cut_points as (

    select * from {{ ref('int_rfm__cut_points') }}
    where customers > 0

),

-- Every customer lies in exactly one bin of each metric. Where tiles share a value, customer ids
-- tell the sides: a better tile holds the smaller ones.
scored as (

    select
        metric_values.scheme,
        metric_values.as_of_date,
        metric_values.customer_id,
        metric_values.metric,
        metric_values.value,
        metric_values.method,
        metric_values.weight,
        case
            when metric_values.method = 'min_max'
                then {{ dbt_rfm.directed_min_max('metric_values', 'cut_points') }}
            else cut_points.score
        end as score,
        cut_points.bin,
        cut_points.lower_bound,
        cut_points.upper_bound,
        cut_points.next_score,
        cut_points.next_lower_bound,
        cut_points.next_lower_inclusive,
        cut_points.next_upper_bound,
        cut_points.next_upper_inclusive,
        cut_points.next_last_customer_id
    from metric_values
    inner join cut_points
        on
            metric_values.scheme = cut_points.scheme
            and metric_values.as_of_date = cut_points.as_of_date
            and metric_values.metric = cut_points.metric
            and (
                metric_values.method = 'min_max'
                or (metric_values.method = 'lookup' and metric_values.identity = cut_points.bin)
                or (
                    metric_values.method in ('threshold', 'quantile', 'ntile')
                    and {{ dbt_rfm.within_bounds('metric_values.value', 'cut_points') }}
                    and {{ dbt_rfm.on_side_of_ties('metric_values', 'cut_points') }}
                )
            )

),

gaps as (

    select
        *,
        -- How far the next better bin is, and whether its near bound belongs to it.
        case
            when value <= next_lower_bound then next_lower_bound - value
            else value - next_upper_bound
        end as gap,
        case
            when method = 'ntile'
                then
                    {{ dbt_rfm.by_bytes('customer_id') }}
                    < {{ dbt_rfm.by_bytes('next_last_customer_id') }}
            when value <= next_lower_bound then next_lower_inclusive
            else next_upper_inclusive
        end as is_bound_reached,
        case
            when metric in ('monetary', 'average_order_value') then cast(0.01 as numeric(28, 6))
            else cast(1 as numeric(28, 6))
        end as step
    from scored

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    customer_id,
    cast(metric as {{ dbt.type_string() }}) as metric,
    value,
    cast(method as {{ dbt.type_string() }}) as method,
    cast(score as numeric(20, 12)) as score,
    cast(weight as numeric(9, 6)) as weight,
    cast({{ dbt_rfm.contribution('weight', 'score') }} as numeric(30, 18)) as contribution,
    cast(bin as {{ dbt.type_string() }}) as bin,
    cast(lower_bound as numeric(28, 6)) as lower_bound,
    cast(upper_bound as numeric(28, 6)) as upper_bound,
    cast(next_score as numeric(12, 6)) as next_score,
    cast(
        case
            when next_score is null then null
            when method = 'ntile' and gap = 0 then 0
            when is_bound_reached and gap % step = 0 then gap
            else gap - gap % step + step
        end as numeric(28, 6)
    ) as distance_to_next
from gaps
