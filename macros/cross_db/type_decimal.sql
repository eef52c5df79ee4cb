{# The type of an exact decimal of so many digits, `scale` of them after the point. `decimal` is the
   name that most engines know: Trino has no `numeric`. #}
{% macro type_decimal(precision=28, scale=6) %}
    {{- return(adapter.dispatch('type_decimal', 'dbt_rfm')(precision, scale)) -}}
{% endmacro %}

{% macro default__type_decimal(precision, scale) -%}
    decimal({{ precision }}, {{ scale }})
{%- endmacro %}

{# BigQuery refuses digits in a cast. Its numeric has 29 digits before the point and 9 after. #}
{% macro bigquery__type_decimal(precision, scale) -%}
    {{- 'numeric' if scale <= 9 and precision - scale <= 29 else 'bignumeric' -}}
{%- endmacro %}
