{# Ends a subquery whose columns are long expressions, so that each is computed once a row: an engine
   that writes them into every place that reads a column would compute them as often. #}
{% macro computed_once() %}
    {{- return(adapter.dispatch('computed_once', 'dbt_rfm')()) -}}
{% endmacro %}

{% macro default__computed_once() -%}
{%- endmacro %}

{% macro postgres__computed_once() %}
    offset 0
{%- endmacro %}

{% macro redshift__computed_once() -%}
    {{- dbt_rfm.default__computed_once() -}}
{%- endmacro %}
