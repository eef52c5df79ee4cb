{# An expression that stops the statement with a message when, and only when, it is evaluated. #}
{% macro fail(message) %}
    {{- return(adapter.dispatch('fail', 'dbt_rfm')(message)) -}}
{% endmacro %}

{# No ANSI function raises. A cast that cannot succeed shows its input in every engine's error. #}
{% macro default__fail(message) -%}
    cast({{ message }} as integer)
{%- endmacro %}

{% macro duckdb__fail(message) -%}
    cast(error({{ message }}) as integer)
{%- endmacro %}

{% macro spark__fail(message) -%}
    cast(raise_error({{ message }}) as integer)
{%- endmacro %}
