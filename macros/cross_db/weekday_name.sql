{# The English name of a date's day of the week, Monday to Sunday. 0001-01-01 is a Monday. #}
{% macro weekday_name(day) -%}
{%- set names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] -%}
case mod(
    {{ dbt.datediff(dbt_rfm.date_literal('0001-01-01'), day, 'day') }},
    7
)
    {%- for name in names %}
    when {{ loop.index0 }} then '{{ name }}'
    {%- endfor %}
end
{%- endmacro %}
