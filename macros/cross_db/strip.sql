{# Text without white space at both ends (ASCII white space, U+00A0, U+3000); empty is null. #}
{% macro strip(value) %}
    {{- return(adapter.dispatch('strip', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__strip(value) -%}
    nullif(
        trim(
            both {{ dbt_rfm._white_space() }} from cast({{ value }} as {{ dbt.type_string() }})
        ),
        ''
    )
{%- endmacro %}

{# typeof() is settled when the statement is bound, so numbers pay for no trimming. Trimming a set
   of characters is slow in DuckDB: only text that begins or ends with one of them is trimmed. #}
{% macro duckdb__strip(value) -%}
    {%- set text = 'cast(' ~ value ~ ' as varchar)' -%}
    {%- set code_points = dbt_rfm._white_space_code_points() | join(', ') -%}
    case
        when
            typeof({{ value }}) = 'VARCHAR'
            and (
                unicode({{ text }}) in ({{ code_points }})
                or unicode(right({{ text }}, 1)) in ({{ code_points }})
            )
            then nullif(trim({{ text }}, {{ dbt_rfm._white_space() }}), '')
        else nullif({{ text }}, '')
    end
{%- endmacro %}

{% macro _white_space_code_points() %}
    {{- return([9, 10, 11, 12, 13, 32, 160, 12288]) -}}
{% endmacro %}

{% macro _white_space() -%}
    {%- for code_point in dbt_rfm._white_space_code_points() -%}
        chr({{ code_point }}){% if not loop.last %} || {% endif %}
    {%- endfor -%}
{%- endmacro %}
