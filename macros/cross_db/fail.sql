{# An expression that stops the statement with a message when, and only when, it is evaluated. #}
{% macro fail(message) %}
    {#- A build with --empty has no rows, of orders and policy alike, and is not told so. -#}
    {%- if flags.EMPTY -%}
        {{- return('cast(null as integer)') -}}
    {%- endif -%}
    {{- return(adapter.dispatch('fail', 'dbt_rfm')(message)) -}}
{% endmacro %}

{# No ANSI function raises. A cast that cannot succeed shows its input in every engine's error. #}
{% macro default__fail(message) -%}
    cast({{ message }} as integer)
{%- endmacro %}

{# PostgreSQL casts a constant while it plans, whether the row is reached or not: random() puts that
   off until the expression is evaluated. #}
{% macro postgres__fail(message) -%}
    cast({{ message }} || left(cast(random() as text), 0) as integer)
{%- endmacro %}

{% macro duckdb__fail(message) -%}
    cast(error({{ message }}) as integer)
{%- endmacro %}

{% macro redshift__fail(message) -%}
    {{- dbt_rfm.default__fail(message) -}}
{%- endmacro %}

{% macro bigquery__fail(message) -%}
    cast(error({{ message }}) as integer)
{%- endmacro %}

{# Without a cast: Spark lets a raised error stand for a value of any type. #}
{% macro spark__fail(message) -%}
    raise_error({{ message }})
{%- endmacro %}
