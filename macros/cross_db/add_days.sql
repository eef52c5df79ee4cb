{# A date some days on or back. #}
{% macro add_days(day, days) %}
    {{- return(adapter.dispatch('add_days', 'dbt_rfm')(day, days)) -}}
{% endmacro %}

{% macro default__add_days(day, days) -%}
    cast({{ dbt.dateadd('day', days, day) }} as date)
{%- endmacro %}

{# dbt's own macro goes through moments of the session's time zone. #}
{% macro spark__add_days(day, days) -%}
    date_add(cast({{ day }} as date), cast({{ days }} as integer))
{%- endmacro %}
