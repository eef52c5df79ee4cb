{# How many calendar months a date lies after another, whatever their days. #}
{% macro calendar_months_between(first, last) -%}
cast(
    (extract(year from {{ last }}) - extract(year from {{ first }})) * 12
    + extract(month from {{ last }}) - extract(month from {{ first }}) as integer
)
{%- endmacro %}
