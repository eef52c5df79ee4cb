{# A text as a SQL literal, quoted. #}
{% macro text_literal(text) %}
    {{- return(adapter.dispatch('text_literal', 'dbt_rfm')(text | string)) -}}
{% endmacro %}

{% macro default__text_literal(text) -%}
    '{{ text | replace("'", "''") }}'
{%- endmacro %}

{# Engines to which a backslash in a literal begins an escape sequence. #}
{% macro snowflake__text_literal(text) -%}
    {{- dbt_rfm._text_literal_with_backslashes(text) -}}
{%- endmacro %}

{% macro bigquery__text_literal(text) -%}
    {{- dbt_rfm._text_literal_with_backslashes(text) -}}
{%- endmacro %}

{% macro databricks__text_literal(text) -%}
    {{- dbt_rfm._text_literal_with_backslashes(text) -}}
{%- endmacro %}

{% macro _text_literal_with_backslashes(text) -%}
    '{{ text | replace("\\", "\\\\") | replace("'", "\\'") }}'
{%- endmacro %}
