{# A date some months on or back; a day that the month lacks becomes its last. #}
{% macro add_months(day, months) %}
    {{- return(adapter.dispatch('add_months', 'dbt_rfm')(day, months)) -}}
{% endmacro %}

{% macro default__add_months(day, months) -%}
    cast({{ dbt.dateadd('month', months, day) }} as date)
{%- endmacro %}

{# dbt's own macro goes through moments of the session's time zone. #}
{% macro spark__add_months(day, months) -%}
    add_months(cast({{ day }} as date), {{ months }})
{%- endmacro %}
