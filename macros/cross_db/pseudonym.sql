{# Lower-case hexadecimal SHA-256 of salt, ':' and the id in UTF-8; null for null. #}
{% macro pseudonym(salt, value) %}
    {{- return(adapter.dispatch('pseudonym', 'dbt_rfm')(salt, value)) -}}
{% endmacro %}

{% macro default__pseudonym(salt, value) -%}
    sha2({{ salt }} || ':' || {{ value }}, 256)
{%- endmacro %}

{% macro duckdb__pseudonym(salt, value) -%}
    sha256({{ salt }} || ':' || {{ value }})
{%- endmacro %}

{% macro postgres__pseudonym(salt, value) -%}
    encode(sha256(convert_to({{ salt }} || ':' || {{ value }}, 'UTF8')), 'hex')
{%- endmacro %}
