-- A column for each of a scheme's own measures: from here on they go the way of all metrics.

{%- set own_measures = dbt_rfm.own_measure_metrics() -%}
{%- set text = dbt.type_string() %}

with measures as (
    select * from {{ ref('stg_rfm__measures') }}
    where reject_reason is null
),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

measured_dates as (

    select distinct
        scheme,
        measured_on
    from {{ ref('int_rfm__periods') }}

),

measure_columns as (

    select
        scheme,
        metric,
        metric_name as measure
    from scheme_metrics
    union all
    select
        scheme,
        baseline_metric as metric,
        baseline_metric_name as measure
    from scheme_metrics

),

scheme_measures as (

    select distinct *
    from measure_columns
    where metric in ({{ dbt_rfm.text_list(own_measures) }})

),

values_set as (

    select
        customer_id,
        measure,
        coalesce(valid_from, cast('0001-01-01' as {{ dbt.type_timestamp() }})) as valid_from,
        case
            when count(*) = 1 then min(value)
            else {{ dbt_rfm.fail(
                "'measures input: customer_id \"' || customer_id || '\" has '"
                ~ ' || cast(count(*) as ' ~ text ~ ')'
                ~ " || ' rows of measure \"' || measure || '\"'"
                ~ " || coalesce(' from ' || cast(valid_from as " ~ text ~ "), ' without valid_from')"
                ~ " || '; write one, or another valid_from for each'"
            ) | indent(12) }}
        end as value
    from measures
    group by customer_id, measure, valid_from

),

-- A value holds until the next one.
values_in_force as (

    select
        customer_id,
        measure,
        value,
        cast(valid_from as date) as first_date,
        cast(
            lead(valid_from) over (
                partition by customer_id, measure
                order by valid_from
            ) as date
        ) as next_date
    from values_set

)

select
    measured_dates.scheme,
    measured_dates.measured_on,
    {%- for metric in own_measures %}
    cast(
        max(case when scheme_measures.metric = '{{ metric }}' then values_in_force.value end)
        as {{ dbt_rfm.type_decimal(28, 6) }}
    ) as {{ metric }},
    {%- endfor %}
    values_in_force.customer_id
from values_in_force
inner join scheme_measures
    on values_in_force.measure = scheme_measures.measure
inner join measured_dates
    on
        scheme_measures.scheme = measured_dates.scheme
        and values_in_force.first_date <= measured_dates.measured_on
        and (
            values_in_force.next_date is null
            or values_in_force.next_date > measured_dates.measured_on
        )
group by
    measured_dates.scheme,
    measured_dates.measured_on,
    values_in_force.customer_id
