{# What all lines of an order share. Lines of different orders may share it, too: it only says which
   lines have to be looked at together. #}
{% macro order_key(lines, are_read=true) %}
    {{- return(adapter.dispatch('order_key', 'dbt_rfm')(
        dbt_rfm.rfm_order_columns(lines, are_read)
    )) -}}
{% endmacro %}

{% macro default__order_key(columns) -%}
    {{ columns | join(" || ':' || ") }}
{%- endmacro %}

{# Grouping by a number is faster than by text. #}
{% macro duckdb__order_key(columns) -%}
    hash({{ columns | join(', ') }})
{%- endmacro %}

{% macro spark__order_key(columns) -%}
    xxhash64({{ columns | join(', ') }})
{%- endmacro %}
