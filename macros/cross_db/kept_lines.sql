{# How a query over all order lines that several models read is materialised: as a table, or as a view
   where the engine reads the lines again as fast as it would a table. #}
{% macro kept_lines() %}
    {{- return(adapter.dispatch('kept_lines', 'dbt_rfm')()) -}}
{% endmacro %}

{% macro default__kept_lines() %}
    {{- return('table') -}}
{% endmacro %}

{% macro duckdb__kept_lines() %}
    {{- return('view') -}}
{% endmacro %}
