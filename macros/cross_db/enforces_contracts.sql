{# Whether the engine takes the public tables' contracts as they are written, so that dbt compares every
   build with them. #}
{% macro enforces_contracts() %}
    {{- return(adapter.dispatch('enforces_contracts', 'dbt_rfm')()) -}}
{% endmacro %}

{% macro default__enforces_contracts() %}
    {{- return(true) -}}
{% endmacro %}

{# dbt compares them by way of casts, where BigQuery takes no digits of a type. #}
{% macro bigquery__enforces_contracts() %}
    {{- return(false) -}}
{% endmacro %}

{# `identity` is a reserved word there, and quoting it in the contract would rename it on Snowflake. #}
{% macro redshift__enforces_contracts() %}
    {{- return(false) -}}
{% endmacro %}
