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

{% macro bigquery__pseudonym(salt, value) -%}
    to_hex(sha256({{ salt }} || ':' || {{ value }}))
{%- endmacro %}

{% macro trino__pseudonym(salt, value) -%}
    lower(to_hex(sha256(to_utf8({{ salt }} || ':' || {{ value }}))))
{%- endmacro %}

{% macro redshift__pseudonym(salt, value) -%}
    {{- dbt_rfm.default__pseudonym(salt, value) -}}
{%- endmacro %}

{% macro postgres__pseudonym(salt, value) -%}
    encode(sha256(convert_to({{ salt }} || ':' || {{ value }}, 'UTF8')), 'hex')
{%- endmacro %}
