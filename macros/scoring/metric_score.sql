{# The score of a value by the cut points in force, as an exact decimal of 12 places: `steps` is a row
   of score_steps. #}
{% macro metric_score(value, customer_id, steps) -%}
case
    when {{ steps }}.method = 'min_max'
        then cast(
            {{ dbt_rfm.directed_min_max(value, steps) }}
            as {{ dbt_rfm.type_decimal(20, 12) }}
        )
    else cast(
        {{ dbt_rfm.stepped_score(value, customer_id, steps) }}
        as {{ dbt_rfm.type_decimal(20, 12) }}
    )
end
{%- endmacro %}
