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

{# Snowflake's try_cast takes nothing but text, and its text of a timestamp ends at milliseconds: what
   is a date or a timestamp already is told by way of variant. #}
{% macro snowflake__to_timestamp(value) -%}
    coalesce(
        as_timestamp_ntz(to_variant({{ value }})),
        cast(as_date(to_variant({{ value }})) as timestamp_ntz),
        case
            when {{ dbt_rfm.matches(dbt_rfm.strip(value), dbt_rfm._timestamp_pattern()) }}
                then
                    try_to_timestamp_ntz(
                        {{ dbt_rfm._timestamp_in_full(dbt_rfm.strip(value)) }},
                        'YYYY-MM-DD HH24:MI:SS.FF6'
                    )
        end
    )
{%- endmacro %}

{% macro redshift__to_timestamp(value) -%}
    case
        when {{ dbt_rfm.matches(dbt_rfm.strip(value), dbt_rfm._timestamp_pattern()) }}
            then
                try_cast(
                    {{ dbt_rfm._timestamp_in_full(dbt_rfm.strip(value)) }}
                    as {{ dbt.type_timestamp() }}
                )
    end
{%- endmacro %}

{# Trino's plain timestamp has milliseconds. Beyond microseconds it rounds where others cut, so the
   rest is cut off first. #}
{% macro trino__to_timestamp(value) -%}
    case
        when {{ dbt_rfm.matches(dbt_rfm.strip(value), dbt_rfm._timestamp_pattern()) }}
            then
                try_cast(
                    regexp_replace(
                        replace(replace({{ dbt_rfm.strip(value) }}, '/', '-'), 'T', ' '),
                        '([.][0-9]{6})[0-9]+$',
                        '$1'
                    ) as timestamp(6)
                )
    end
{%- endmacro %}

{# BigQuery's text of a timestamp has a zone, so what is a date or a timestamp already is told by the
   literal that format() makes of it. From text it reads neither hours without seconds nor more than
   microseconds. #}
{% macro bigquery__to_timestamp(value) -%}
    {%- set text = dbt_rfm.strip(value) -%}
    case
        when regexp_contains(format('%T', {{ value }}), '^(DATE|DATETIME|TIMESTAMP) ')
            then safe_cast({{ text }} as {{ dbt.type_timestamp() }})
        when {{ dbt_rfm.matches(text, dbt_rfm._timestamp_pattern()) }}
            then
                safe_cast(
                    regexp_replace(
                        regexp_replace(
                            replace({{ text }}, '/', '-'), '([ T][0-9]+:[0-9]+)$', '\\1:00'
                        ),
                        '([.][0-9]{6})[0-9]+$',
                        '\\1'
                    ) as {{ dbt.type_timestamp() }}
                )
    end
{%- endmacro %}

{# A text of the pattern below as YYYY-MM-DD HH:MM:SS.ffffff. #}
{% macro _timestamp_in_full(text) -%}
    {%- set text = 'replace(replace(' ~ text ~ ", '/', '-'), 'T', ' ')" -%}
    {%- set day = 'split_part(' ~ text ~ ", ' ', 1)" -%}
    {%- set time = 'split_part(' ~ text ~ ", ' ', 2)" -%}
    {%- set second = 'split_part(' ~ time ~ ", ':', 3)" -%}
    split_part({{ day }}, '-', 1)
    || '-' || lpad(split_part({{ day }}, '-', 2), 2, '0')
    || '-' || lpad(split_part({{ day }}, '-', 3), 2, '0')
    || ' ' || lpad(split_part({{ time }}, ':', 1), 2, '0')
    || ':' || lpad(split_part({{ time }}, ':', 2), 2, '0')
    || ':' || lpad(split_part({{ second }}, '.', 1), 2, '0')
    || '.' || rpad(left(split_part({{ second }}, '.', 2), 6), 6, '0')
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
