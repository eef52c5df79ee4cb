{# The first day of the round of so many periods (day, week, month, quarter, year) that a day belongs
   to. Rounds are counted from 0001-01-01, a Monday. #}
{% macro round_start(period, periods, day) -%}
    {%- set months = {'month': 1, 'quarter': 3, 'year': 12} -%}
    {%- if period in months -%}
        {%- set months_before -%}
        (extract(year from {{ day }}) - 1) * 12 + extract(month from {{ day }}) - 1
        {%- endset -%}
        {{ dbt_rfm.add_months(
            dbt_rfm.period_start('month', day),
            '(-cast(mod(cast(' ~ months_before ~ ' as integer), ' ~ periods ~ ' * '
            ~ months[period] ~ ') as integer))'
        ) }}
    {%- else -%}
        {{ dbt_rfm.add_days(
            day,
            '(-cast(mod(' ~ dbt.datediff(dbt_rfm.date_literal('0001-01-01'), day, 'day') ~ ', '
            ~ periods ~ ' * ' ~ {'day': 1, 'week': 7}[period] ~ ') as integer))'
        ) }}
    {%- endif -%}
{%- endmacro %}
