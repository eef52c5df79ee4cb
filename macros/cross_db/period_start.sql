{# The first day of the period (day, week, month, quarter, year) that a day belongs to; weeks begin on
   Monday. #}
{% macro period_start(period, day) %}
    {{- return(adapter.dispatch('period_start', 'dbt_rfm')(period, day)) -}}
{% endmacro %}

{% macro default__period_start(period, day) -%}
    cast({{ dbt.date_trunc(period, day) }} as date)
{%- endmacro %}

{# Which day Snowflake's weeks begin on is a parameter of the session. #}
{% macro snowflake__period_start(period, day) -%}
    {%- if period == 'week' -%}
        cast({{ dbt.dateadd('day', '(1 - dayofweekiso(' ~ day ~ '))', day) }} as date)
    {%- else -%}
        {{- dbt_rfm.default__period_start(period, day) -}}
    {%- endif -%}
{%- endmacro %}

{# BigQuery's weeks begin on Sunday, its ISO weeks on Monday. #}
{% macro bigquery__period_start(period, day) -%}
    {{- dbt_rfm.default__period_start('isoweek' if period == 'week' else period, day) -}}
{%- endmacro %}
