{# Text that compares and sorts by its bytes (C collation), whatever the database's collation. #}
{% macro by_bytes(value) %}
    {{- return(adapter.dispatch('by_bytes', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__by_bytes(value) -%}
    {{ value }}
{%- endmacro %}

{% macro postgres__by_bytes(value) -%}
    {{ value }} collate "C"
{%- endmacro %}

{% macro snowflake__by_bytes(value) -%}
    collate({{ value }}, 'utf8')
{%- endmacro %}

{% macro bigquery__by_bytes(value) -%}
    collate({{ value }}, '')
{%- endmacro %}

{% macro redshift__by_bytes(value) -%}
    collate({{ value }}, 'case_sensitive')
{%- endmacro %}
