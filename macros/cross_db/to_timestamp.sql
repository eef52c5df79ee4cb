{# A date or a timestamp without zone; null for any other text and for impossible dates. #}
{% macro to_timestamp(value) %}
    {{- return(adapter.dispatch('to_timestamp', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__to_timestamp(value) -%}
    case
        when {{ dbt_rfm.matches(dbt_rfm.strip(value), dbt_rfm._timestamp_pattern()) }}
            then
                try_cast(
                    replace({{ dbt_rfm.strip(value) }}, '/', '-') as {{ dbt.type_timestamp() }}
                )
    end
{%- endmacro %}

{# A column that is a timestamp already is taken as it is: typeof() is settled when the
   statement is bound. 'infinity' is a legal DuckDB timestamp and no time. #}
{% macro duckdb__to_timestamp(value) -%}
    case
        when
            typeof({{ value }}) = 'DATE'
            or starts_with(typeof({{ value }}), 'TIMESTAMP')
            then
                case
                    when
                        try_cast({{ value }} as timestamp)
                        between timestamp '0001-01-01' and timestamp '9999-12-30 23:59:59.999999'
                        then try_cast({{ value }} as timestamp)
                end
        when {{ dbt_rfm.matches(dbt_rfm.strip(value), dbt_rfm._timestamp_pattern()) }}
            then try_cast({{ dbt_rfm.strip(value) }} as timestamp)
    end
{%- endmacro %}

{# Year 0000 and hour 24 are left out, which single engines would read. #}
{% macro _timestamp_pattern() -%}
    {%- set date = '([1-9][0-9]{3}|0[0-9]{2}[1-9]|0[0-9][1-9]0|0[1-9]00)' -%}
    {%- set date = date ~ '(-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2})' -%}
    {%- set time = '([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?' -%}
    {{- date ~ '([ T]' ~ time ~ ')?' -}}
{%- endmacro %}
