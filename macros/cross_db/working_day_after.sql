{# The date of a working day, Monday to Friday: 0 is the day itself or, on a weekend, the Monday after
   it; 1 the working day after that, and so on. #}
{% macro working_day_after(day, number) -%}
    {%- set weekday = dbt_rfm._weekday_number(day) -%}
    {%- set working_days -%}
        (least({{ weekday }}, 5) + {{ number }})
    {%- endset -%}
    {{- dbt_rfm.add_days(
        day,
        'cast(7 * ' ~ dbt_rfm.divide_whole(working_days, 5) ~ ' + mod(' ~ working_days ~ ', 5) - '
        ~ weekday ~ ' as integer)'
    ) -}}
{%- endmacro %}
