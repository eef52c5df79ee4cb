{# True where the whole text matches a regular expression; null for null. #}
{% macro matches(value, pattern) %}
    {{- return(adapter.dispatch('matches', 'dbt_rfm')(value, pattern)) -}}
{% endmacro %}

{% macro default__matches(value, pattern) -%}
    regexp_like({{ value }}, '^({{ pattern }})$')
{%- endmacro %}

{% macro duckdb__matches(value, pattern) -%}
    regexp_full_match({{ value }}, '{{ pattern }}')
{%- endmacro %}

{% macro postgres__matches(value, pattern) -%}
    ({{ value }} ~ '^({{ pattern }})$')
{%- endmacro %}

{% macro redshift__matches(value, pattern) -%}
    ({{ value }} ~ '^({{ pattern }})$')
{%- endmacro %}

{% macro bigquery__matches(value, pattern) -%}
    regexp_contains({{ value }}, '^({{ pattern }})$')
{%- endmacro %}

{# In Java's expressions $ stands before a last line break, too, of which it knows several. #}
{% macro spark__matches(value, pattern) -%}
    regexp_like({{ value }}, '^({{ pattern }})(?!(?s:.))')
{%- endmacro %}
