{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

-- Each bin beside the next better one that can hold a value.
cut_points as (

    select
        *,
        {%- for column in [
            'score', 'lower_bound', 'lower_inclusive', 'upper_bound', 'upper_inclusive',
            'last_customer_id',
        ] %}
        case
            when can_hold_a_value
                then lead({{ column }}) over (
                    partition by scheme, as_of_date, metric, can_hold_a_value
                    order by score
                )
        end as next_{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ ref('int_rfm__cut_points') }}

),

metric_values as (

    select
        graded_customers.scheme,
        graded_customers.as_of_date,
        graded_customers.customer_id,
        graded_customers.identity,
        scheme_metrics.metric,
        scheme_metrics.metric_name,
        scheme_metrics.method,
        scheme_metrics.weight,
        case scheme_metrics.metric
            {%- for metric in dbt_rfm.rfm_allowed_values('measured_metric') %}
            when '{{ metric }}'
                then {{ dbt_rfm.decimal('graded_customers.' ~ dbt_rfm.metric_column(metric)) }}
            {%- endfor %}
        end as value,
        case scheme_metrics.metric
            {%- for metric in dbt_rfm.rfm_allowed_values('scored_metric') %}
            when '{{ metric }}' then graded_customers.{{ metric }}_score
            {%- endfor %}
        end as score
    from graded_customers
    inner join scheme_metrics
        on graded_customers.scheme = scheme_metrics.scheme

),

metric_scores as (

    select
        *,
        case
            -- Of an own measure there may be no value.
            when method = 'lookup' or value is not null
                then {{ dbt_rfm.bin_name('method', dbt_rfm.column_name('identity'), 'score')
                    | indent(16) }}
        end as bin
    from metric_values

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

measured as (

    {{ dbt_rfm.distances_to_next('scored') | indent(4) }}

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    customer_id,
    cast(metric_name as {{ dbt.type_string() }}) as metric,
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
    cast(distance_to_next as {{ dbt_rfm.type_decimal(28, 6) }}) as distance_to_next
from measured
