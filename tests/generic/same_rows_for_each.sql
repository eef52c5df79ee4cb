{#
    Groups in which the values of a column do not stand on equally many rows. It reads the tested
    table alone: dbt runs a test as soon as one of what it refers to is selected, built or not.
#}
{% test same_rows_for_each(model, column_name, per) %}
    with value_rows as (

        select
            {{ per | join(', ') }},
            {{ column_name }},
            count(*) as found_rows
        from {{ model }}
        group by {{ per | join(', ') }}, {{ column_name }}

    )

    select
        {{ per | join(', ') }},
        min(found_rows) as least_rows,
        max(found_rows) as most_rows
    from value_rows
    group by {{ per | join(', ') }}
    having min(found_rows) <> max(found_rows)
{% endtest %}
