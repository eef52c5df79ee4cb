{# The whole-number quotient of two whole numbers, cut towards zero. #}
{% macro divide_whole(dividend, divisor) %}
    {{- return(adapter.dispatch('divide_whole', 'dbt_rfm')(dividend, divisor)) -}}
{% endmacro %}

{% macro default__divide_whole(dividend, divisor) -%}
    div({{ dividend }}, {{ divisor }})
{%- endmacro %}

{# DuckDB divides decimals in binary floats; 128-bit integers it divides exactly. #}
{% macro duckdb__divide_whole(dividend, divisor) -%}
    (cast({{ dividend }} as hugeint) // cast({{ divisor }} as hugeint))
{%- endmacro %}

{% macro spark__divide_whole(dividend, divisor) -%}
    ({{ dividend }} div {{ divisor }})
{%- endmacro %}
