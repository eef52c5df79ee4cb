{# The type of a metric's score: scores stay below a million, and 18 digits fit a machine word. #}
{% macro type_score() -%}
    {{ dbt_rfm.type_decimal(18, 12) }}
{%- endmacro %}
