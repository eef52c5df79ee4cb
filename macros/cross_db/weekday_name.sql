{# The English name of a date's day of the week, Monday to Sunday. #}
{% macro weekday_name(day) -%}
{%- set names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] -%}
case {{ dbt_rfm._weekday_number(day) }}
    {%- for name in names %}
    when {{ loop.index0 }} then '{{ name }}'
    {%- endfor %}
end
{%- endmacro %}

{# 0 for Monday to 6 for Sunday. 0001-01-01 is a Monday. #}
{% macro _weekday_number(day) -%}
    mod({{ dbt.datediff(dbt_rfm.date_literal('0001-01-01'), day, 'day') }}, 7)
{%- endmacro %}
