{# The files that a path or glob matches, looked up at once; none where the engine reads no files. #}
{% macro files_matching(path) %}
    {{- return(adapter.dispatch('files_matching', 'dbt_rfm')(path)) -}}
{% endmacro %}

{% macro default__files_matching(path) %}
    {{- return(none) -}}
{% endmacro %}

{% macro duckdb__files_matching(path) %}
    {%- set literal = "'" ~ path | replace("'", "''") ~ "'" -%}
    {{- return(run_query('select file from glob(' ~ literal ~ ')').columns[0].values() | list) -}}
{% endmacro %}
