{# A plain number without a fraction (2, 2.0, 2e3) as bigint; null for any other text, for a number
   with a fraction however small, and for one from 10^12. #}
{% macro to_whole_number(value) %}
    {{- return(adapter.dispatch('to_whole_number', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__to_whole_number(value) -%}
    {%- set exact = dbt_rfm.to_number(value, 38, 18) -%}
    case
        when {{ exact }} = floor({{ exact }}) and abs({{ exact }}) < 1000000000000
            then cast({{ exact }} as bigint)
    end
{%- endmacro %}

{# Most cells are nothing but digits. #}
{% macro postgres__to_whole_number(value) -%}
    {%- set text = dbt_rfm.strip(value) -%}
    case
        when {{ dbt_rfm.matches(text, '[+-]?[0-9]{1,12}') }} then cast({{ text }} as bigint)
        else {{ dbt_rfm.default__to_whole_number(value) }}
    end
{%- endmacro %}

{# typeof() is settled when the statement is bound, so whole numbers are taken as they are. #}
{% macro duckdb__to_whole_number(value) -%}
    case
        when typeof({{ value }}) in ('TINYINT', 'SMALLINT', 'INTEGER', 'BIGINT')
            then
                case
                    when abs(try_cast({{ value }} as bigint)) < 1000000000000
                        then try_cast({{ value }} as bigint)
                end
        else {{ dbt_rfm.default__to_whole_number(value) }}
    end
{%- endmacro %}

{% macro redshift__to_whole_number(value) -%}
    {{- dbt_rfm.default__to_whole_number(value) -}}
{%- endmacro %}
