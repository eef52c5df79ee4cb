{# Text without white space at both ends (ASCII white space, U+00A0, U+3000); empty is null. Of a few
   values (`of_few`) the shortest form will do. #}
{% macro strip(value, of_few=false) %}
    {{- return(adapter.dispatch('strip', 'dbt_rfm')(value, of_few)) -}}
{% endmacro %}

{% macro default__strip(value, of_few) -%}
    nullif(
        trim(
            both {{ dbt_rfm._white_space() }} from cast({{ value }} as {{ dbt.type_string() }})
        ),
        ''
    )
{%- endmacro %}

{# Trimming a set of characters is slow in DuckDB: text that begins and ends with printable ASCII is
   taken as it is, and so are numbers, for typeof() is settled when the statement is bound. #}
{% macro duckdb__strip(value, of_few) -%}
    {%- set text = 'cast(' ~ value ~ ' as varchar)' -%}
    {%- set trimmed = 'nullif(trim(' ~ text ~ ', ' ~ dbt_rfm._white_space() ~ "), '')" -%}
    {%- if of_few -%}
    {{- trimmed }}
    {%- else -%}
    case
        when
            typeof({{ value }}) <> 'VARCHAR'
            or ({{ text }} between '!' and '~' and reverse({{ text }}) between '!' and '~')
            then {{ text }}
        else {{ trimmed }}
    end
    {%- endif %}
{%- endmacro %}

{# Spark's chr() has no characters beyond 255: the same set as UTF-8 bytes. #}
{% macro spark__strip(value, of_few) -%}
    nullif(
        trim(both cast(X'090A0B0C0D20C2A0E38080' as string) from cast({{ value }} as string)), ''
    )
{%- endmacro %}

{% macro snowflake__strip(value, of_few) -%}
    nullif(trim(cast({{ value }} as {{ dbt.type_string() }}), {{ dbt_rfm._white_space() }}), '')
{%- endmacro %}

{% macro bigquery__strip(value, of_few) -%}
    nullif(trim(cast({{ value }} as {{ dbt.type_string() }}), {{ dbt_rfm._white_space() }}), '')
{%- endmacro %}

{# Redshift's text ends after 256 bytes. Its chr() is documented for ASCII, so U+00A0 and U+3000 stand
   for themselves. #}
{% macro redshift__strip(value, of_few) -%}
    nullif(
        btrim(
            cast({{ value }} as varchar(65535)),
            {% for code_point in dbt_rfm._white_space_code_points() if code_point < 128 -%}
                chr({{ code_point }}) ||
            {%- endfor %} '{{ '\u00a0\u3000' }}'
        ),
        ''
    )
{%- endmacro %}

{% macro _white_space_code_points() %}
    {{- return([9, 10, 11, 12, 13, 32, 160, 12288]) -}}
{% endmacro %}

{% macro _white_space() -%}
    {%- for code_point in dbt_rfm._white_space_code_points() -%}
        chr({{ code_point }}){% if not loop.last %} || {% endif %}
    {%- endfor -%}
{%- endmacro %}
