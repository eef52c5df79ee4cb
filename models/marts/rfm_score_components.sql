{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

with metric_scores as (

    select * from {{ ref('int_rfm__metric_scores') }}

),

cut_points as (

    select * from {{ ref('int_rfm__cut_points') }}

),

scored as (

    select
        metric_scores.*,
        cut_points.lower_bound,
        cut_points.upper_bound,
        cut_points.next_score,
        cut_points.next_lower_bound,
        cut_points.next_lower_inclusive,
        cut_points.next_upper_bound,
        cut_points.next_upper_inclusive,
        cut_points.next_last_customer_id
    from metric_scores
    left join cut_points
        on
            metric_scores.scheme = cut_points.scheme
            and metric_scores.as_of_date = cut_points.as_of_date
            and metric_scores.metric = cut_points.metric
            and metric_scores.bin = cut_points.bin

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
            when metric in ('monetary', 'average_order_value')
                then cast(0.01 as {{ dbt_rfm.type_decimal(28, 6) }})
            else cast(1 as {{ dbt_rfm.type_decimal(28, 6) }})
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
    cast(score as {{ dbt_rfm.type_decimal(20, 12) }}) as score,
    cast(weight as {{ dbt_rfm.type_decimal(9, 6) }}) as weight,
    cast({{ dbt_rfm.contribution('weight', 'score') }} as {{ dbt_rfm.type_decimal(30, 18) }})
        as contribution,
    cast(bin as {{ dbt.type_string() }}) as bin,
    cast(lower_bound as {{ dbt_rfm.type_decimal(28, 6) }}) as lower_bound,
    cast(upper_bound as {{ dbt_rfm.type_decimal(28, 6) }}) as upper_bound,
    cast(next_score as {{ dbt_rfm.type_decimal(12, 6) }}) as next_score,
    cast(
        case
            when next_score is null then null
            when method = 'ntile' and gap = 0 then 0
            when is_bound_reached and mod(gap, step) = 0 then gap
            else gap - mod(gap, step) + step
        end as {{ dbt_rfm.type_decimal(28, 6) }}
    ) as distance_to_next
from gaps
