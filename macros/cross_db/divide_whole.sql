{# The whole-number quotient of two whole numbers, cut towards zero. #}
{% macro divide_whole(dividend, divisor) %}
    {{- return(adapter.dispatch('divide_whole', 'dbt_rfm')(dividend, divisor)) -}}
{% endmacro %}

{# Without the remainder the quotient is whole, so that it does not matter how an engine rounds. #}
{% macro default__divide_whole(dividend, divisor) -%}
    (({{ dividend }} - mod({{ dividend }}, {{ divisor }})) / {{ divisor }})
{%- endmacro %}

{# DuckDB divides decimals in binary floats; 128-bit integers it divides exactly. #}
{% macro duckdb__divide_whole(dividend, divisor) -%}
    (cast({{ dividend }} as hugeint) // cast({{ divisor }} as hugeint))
{%- endmacro %}

{% macro postgres__divide_whole(dividend, divisor) -%}
    div({{ dividend }}, {{ divisor }})
{%- endmacro %}

{# Redshift takes PostgreSQL's macros where it has none of its own, but has no div(). #}
{% macro redshift__divide_whole(dividend, divisor) -%}
    {{- dbt_rfm.default__divide_whole(dividend, divisor) -}}
{%- endmacro %}

{# BigQuery's / divides whole numbers in binary floats. #}
{% macro bigquery__divide_whole(dividend, divisor) -%}
    div({{ dividend }}, {{ divisor }})
{%- endmacro %}

{# Spark's div gives a bigint, too small for ratios of 12 decimals; its / on decimals rounds at 6.
   Without the remainder the quotient is whole, and nothing is rounded. #}
{% macro spark__divide_whole(dividend, divisor) -%}
    {%- set whole_dividend = 'cast(' ~ dividend ~ ' as numeric(38, 0))' -%}
    {%- set whole_divisor = 'cast(' ~ divisor ~ ' as numeric(38, 0))' -%}
    cast(
        ({{ whole_dividend }} - {{ whole_dividend }} % {{ whole_divisor }}) / {{ whole_divisor }}
        as numeric(38, 0)
    )
{%- endmacro %}
