{# A decimal of up to 6 places as a whole number of millionths. #}
{% macro in_millionths(value) %}
    {{- return(adapter.dispatch('in_millionths', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__in_millionths(value) -%}
    {{ dbt_rfm.decimal(dbt_rfm.decimal(value, 38, 6) ~ ' * 1000000', 38, 0) }}
{%- endmacro %}

{# DuckDB multiplies whole numbers of 128 bits, but not decimals whose digits add up to over 38. It
   rescales decimals of one machine word ten times as fast as wider ones, and most are small. #}
{% macro duckdb__in_millionths(value) -%}
    case
        when abs({{ value }}) < 1000000
            then cast(cast({{ value }} as decimal(18, 6)) * 1000000 as bigint)
        else cast({{ value }} * 1000000 as hugeint)
    end
{%- endmacro %}
