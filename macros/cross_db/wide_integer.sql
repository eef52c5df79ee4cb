{# A whole number in the widest exact type, for products of up to 38 digits. #}
{% macro wide_integer(value) %}
    {{- return(adapter.dispatch('wide_integer', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__wide_integer(value) -%}
    {{ dbt_rfm.decimal(value, 38, 0) }}
{%- endmacro %}

{# DuckDB does not multiply decimals whose digits add up to over 38. #}
{% macro duckdb__wide_integer(value) -%}
    cast({{ value }} as hugeint)
{%- endmacro %}
