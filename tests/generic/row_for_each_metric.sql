{# Schemes and as-of dates that have another number of rows than customers times metrics. #}
{% test row_for_each_metric(model) %}
    with components as (

        select
            scheme,
            as_of_date,
            count(*) as found_rows
        from {{ model }}
        group by scheme, as_of_date

    ),

    graded as (

        select
            scheme,
            as_of_date,
            count(*) as customers
        from {{ ref('dbt_rfm', 'int_rfm__graded_customers') }}
        group by scheme, as_of_date

    ),

    metrics as (

        select
            scheme,
            count(*) as metrics
        from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
        group by scheme

    )

    select
        graded.scheme,
        graded.as_of_date,
        graded.customers * metrics.metrics as wanted_rows,
        components.found_rows
    from graded
    inner join metrics
        on graded.scheme = metrics.scheme
    left join components
        on
            graded.scheme = components.scheme
            and graded.as_of_date = components.as_of_date
    where coalesce(components.found_rows, 0) <> graded.customers * metrics.metrics
{% endtest %}
