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

{# Spark's plain timestamp is a moment, whose day depends on the session's time zone. Typed columns
   are read as text, too, for no cast is legal from all types; typeof() is settled when the statement
   is analysed. The last day of a typed column is left out as in DuckDB: it stands for no time. #}
{% macro spark__to_timestamp(value) -%}
    {%- set text = dbt_rfm.strip(value) -%}
    case
        when typeof({{ value }}) <> 'string' and {{ text }} >= '9999-12-31' then null
        when {{ dbt_rfm.matches(text, dbt_rfm._timestamp_pattern()) }}
            then try_cast(replace({{ text }}, '/', '-') as timestamp_ntz)
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

{# PostgreSQL has no try_cast, so the pattern leaves out the days that no calendar has. It rounds to
   microseconds where others cut, so the rest is cut off first. What is a time already needs no
   pattern, which would take ten times as long; only such values are cast by way of their text. #}
{% macro postgres__to_timestamp(value) -%}
    {%- set text = dbt_rfm.strip(value) -%}
    {%- set is_time -%}
        pg_typeof({{ value }}) in (
            cast('date' as regtype), cast('timestamp' as regtype), cast('timestamptz' as regtype)
        )
    {%- endset -%}
    {%- set time -%}
        cast(case when {{ is_time }} then cast({{ value }} as text) end as timestamp)
    {%- endset -%}
    case
        when {{ is_time }}
            then
                case
                    when
                        {{ time }}
                        between timestamp '0001-01-01' and timestamp '9999-12-30 23:59:59.999999'
                        then {{ time }}
                end
        when {{ dbt_rfm.matches(text, dbt_rfm._possible_timestamp_pattern()) }}
            then
                cast(
                    case
                        when position('.' in {{ text }}) > 0
                            then left({{ text }}, position('.' in {{ text }}) + 6)
                        else {{ text }}
                    end as timestamp
                )
    end
{%- endmacro %}

{# Year 0000 and hour 24 are left out, which single engines would read. #}
{% macro _timestamp_pattern() -%}
    {%- set date = dbt_rfm._year_pattern() ~ '(-[0-9]{1,2}-[0-9]{1,2}|/[0-9]{1,2}/[0-9]{1,2})' -%}
    {{- date ~ dbt_rfm._time_pattern() -}}
{%- endmacro %}

{# The same without impossible days, such as February 30 of any year and 29 of most. #}
{% macro _possible_timestamp_pattern() -%}
    ({{ dbt_rfm._possible_date_pattern('-') }}|{{ dbt_rfm._possible_date_pattern('/') }})
    {{- dbt_rfm._time_pattern() -}}
{%- endmacro %}

{% macro _possible_date_pattern(separator) -%}
    {%- set days = [
        ['(0?[13578]|1[02])', '(0?[1-9]|[12][0-9]|3[01])'],
        ['(0?[469]|11)', '(0?[1-9]|[12][0-9]|30)'],
        ['0?2', '(0?[1-9]|1[0-9]|2[0-8])'],
    ] | map('join', separator) | join('|') -%}
    {%- set multiple_of_4 = '(0[48]|[2468][048]|[13579][26])' -%}
    {%- set leap_year = '([0-9]{2}' ~ multiple_of_4 ~ '|' ~ multiple_of_4 ~ '00)' -%}
    {{- dbt_rfm._year_pattern() ~ separator ~ '(' ~ days ~ ')' -}}
    {{- '|' ~ [leap_year, '0?2', '29'] | join(separator) -}}
{%- endmacro %}

{% macro _year_pattern() -%}
    ([1-9][0-9]{3}|0[0-9]{2}[1-9]|0[0-9][1-9]0|0[1-9]00)
{%- endmacro %}

{% macro _time_pattern() -%}
    ([ T]([01]?[0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]([.][0-9]{1,9})?)?)?
{%- endmacro %}
