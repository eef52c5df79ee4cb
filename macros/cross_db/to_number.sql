{# A plain number (digits, sign, fraction, exponent) as a decimal, rounded half up to `scale`
   decimals; null for any other text and for a number that does not fit. #}
{% macro to_number(value, precision=18, scale=6) %}
    {{- return(adapter.dispatch('to_number', 'dbt_rfm')(value, precision, scale)) -}}
{% endmacro %}

{# try_cast is the only safe cast; the pattern keeps out what single engines read beyond it, and
   exponents whose powers of ten would take all memory. #}
{% macro default__to_number(value, precision, scale) -%}
    case
        when {{ dbt_rfm.matches(dbt_rfm.strip(value), dbt_rfm._plain_number_pattern()) }}
            then try_cast({{ dbt_rfm.strip(value) }} as {{ dbt_rfm.type_decimal(precision, scale) }})
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

{# No try_cast in PostgreSQL: only text that numeric can hold is cast, and fitted when it is known to
   fit. Floats come by their shortest digits, as text. NaN and infinity, which numeric has, are no
   plain numbers. #}
{% macro postgres__to_number(value, precision, scale) -%}
    {%- set text = dbt_rfm.strip(value) -%}
    {%- set number = 'cast(' ~ text ~ ' as numeric)' -%}
    case
        when
            length({{ text }}) <= 1000
            and {{ dbt_rfm.matches(text, dbt_rfm._plain_number_pattern()) }}
            then
                case
                    when abs(round({{ number }}, {{ scale }})) < {{ 10 ** (precision - scale) }}
                        then cast({{ number }} as numeric({{ precision }}, {{ scale }}))
                end
    end
{%- endmacro %}

{% macro redshift__to_number(value, precision, scale) -%}
    {{- dbt_rfm.default__to_number(value, precision, scale) -}}
{%- endmacro %}

{# bignumeric holds more digits than any decimal here; what is left after rounding has to fit. #}
{% macro bigquery__to_number(value, precision, scale) -%}
    {%- set text = dbt_rfm.strip(value) -%}
    {%- set number = 'round(safe_cast(' ~ text ~ ' as bignumeric), ' ~ scale ~ ')' -%}
    case
        when
            {{ dbt_rfm.matches(text, dbt_rfm._plain_number_pattern()) }}
            and abs({{ number }}) < cast('{{ 10 ** (precision - scale) }}' as bignumeric)
            then {{ dbt_rfm.decimal(number, precision, scale) }}
    end
{%- endmacro %}

{% macro _plain_number_pattern() -%}
    [+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?0*[0-9]{1,4})?
{%- endmacro %}
