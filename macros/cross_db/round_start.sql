{# The first day of the round of so many periods (day, week, month, quarter, year) that a day belongs
   to. Rounds are counted from 0001-01-01, a Monday. #}
{% macro round_start(period, periods, day) -%}
    {%- set months = {'month': 1, 'quarter': 3, 'year': 12} -%}
    {%- set first_day = dbt_rfm.date_literal('0001-01-01') -%}
    {%- if period in months -%}
        {%- set months_before = dbt_rfm.calendar_months_between(first_day, day) -%}
        {{ dbt_rfm.add_months(
            dbt_rfm.period_start('month', day),
            '(-cast(mod(' ~ months_before ~ ', ' ~ periods ~ ' * '
            ~ months[period] ~ ') as integer))'
        ) }}
    {%- else -%}
        {{ dbt_rfm.add_days(
            day,
            '(-cast(mod(' ~ dbt.datediff(first_day, day, 'day') ~ ', '
            ~ periods ~ ' * ' ~ {'day': 1, 'week': 7}[period] ~ ') as integer))'
        ) }}
    {%- endif -%}
{%- endmacro %}
