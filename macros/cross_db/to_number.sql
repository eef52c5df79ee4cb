{# A plain number (digits, sign, fraction, exponent) as a decimal, rounded half up to `scale`
   decimals; null for any other text and for a number that does not fit. #}
{% macro to_number(value, precision=18, scale=6) %}
    {{- return(adapter.dispatch('to_number', 'dbt_rfm')(value, precision, scale)) -}}
{% endmacro %}

{# try_cast is the only safe cast; the pattern keeps out what single engines read beyond it. #}
{% macro default__to_number(value, precision, scale) -%}
    case
        when {{ dbt_rfm.matches(dbt_rfm.strip(value), dbt_rfm._plain_number_pattern()) }}
            then try_cast({{ dbt_rfm.strip(value) }} as numeric({{ precision }}, {{ scale }}))
    end
{%- endmacro %}

{# typeof() is settled when the statement is bound, so only text and binary floats are read as
   text: floats by their shortest digits, so that 7.6499999999999995 becomes 7.65. Beyond plain
   numbers DuckDB reads digits with underscores in text, and nothing else. #}
{% macro duckdb__to_number(value, precision, scale) -%}
    {%- set type = 'numeric(' ~ precision ~ ', ' ~ scale ~ ')' -%}
    case
        when typeof({{ value }}) not in ('VARCHAR', 'DOUBLE', 'FLOAT')
            then try_cast({{ value }} as {{ type }})
        when typeof({{ value }}) <> 'VARCHAR'
            then try_cast(cast({{ value }} as varchar) as {{ type }})
        when not contains(cast({{ value }} as varchar), '_')
            then try_cast({{ dbt_rfm.strip(value) }} as {{ type }})
    end
{%- endmacro %}

{% macro _plain_number_pattern() -%}
    [+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?
{%- endmacro %}
