{# A date some periods (day, week, month, quarter, year) on; a day that the month lacks becomes its
   last. #}
{% macro add_periods(period, day, periods) -%}
    {%- set months = {'month': 1, 'quarter': 3, 'year': 12} -%}
    {%- if period in months -%}
        {{ dbt_rfm.add_months(day, '(' ~ periods ~ ' * ' ~ months[period] ~ ')') }}
    {%- else -%}
        {{ dbt_rfm.add_days(day, '(' ~ periods ~ ' * ' ~ {'day': 1, 'week': 7}[period] ~ ')') }}
    {%- endif -%}
{%- endmacro %}
