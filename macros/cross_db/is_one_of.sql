{# Whether a text is one of those that a query gives; the query reads nothing of the row. #}
{% macro is_one_of(value, query) %}
    {{- return(adapter.dispatch('is_one_of', 'dbt_rfm')(value, query)) -}}
{% endmacro %}

{% macro default__is_one_of(value, query) -%}
    {{ value }} in ({{ query }})
{%- endmacro %}

{# A list, for DuckDB computes no list whose use is left out, but a join for `in` it always runs. #}
{% macro duckdb__is_one_of(value, query) -%}
    list_contains(array({{ query }}), {{ value }})
{%- endmacro %}
