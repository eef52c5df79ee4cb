{# The English name of a date's day of the week, Monday to Sunday. #}
{% macro weekday_name(day) -%}
{%- set names = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'] -%}
case {{ dbt.datediff(dbt_rfm.period_start('week', day), day, 'day') }}
    {%- for name in names %}
    when {{ loop.index0 }} then '{{ name }}'
    {%- endfor %}
end
{%- endmacro %}
