{# A value as an exact decimal of so many digits, rounded half up (away from zero) to `scale` decimals
   where it has more. #}
{% macro decimal(value, precision=28, scale=6) %}
    {{- return(adapter.dispatch('decimal', 'dbt_rfm')(value, precision, scale)) -}}
{% endmacro %}

{% macro default__decimal(value, precision, scale) -%}
    cast({{ value }} as {{ dbt_rfm.type_decimal(precision, scale) }})
{%- endmacro %}

{# BigQuery's type says nothing of the scale. #}
{% macro bigquery__decimal(value, precision, scale) -%}
    round(cast({{ value }} as {{ dbt_rfm.type_decimal(precision, scale) }}), {{ scale }})
{%- endmacro %}
