{# Text without white space at both ends (ASCII white space, U+00A0, U+3000); empty is null. #}
{% macro strip(value) %}
    {{- return(adapter.dispatch('strip', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__strip(value) -%}
    nullif(
        trim(
            both {{ dbt_rfm._strip_characters() }} from cast({{ value }} as {{ dbt.type_string() }})
        ),
        ''
    )
{%- endmacro %}

{# typeof() is settled when the statement is bound, so numbers pay for no trimming. #}
{% macro duckdb__strip(value) -%}
    case
        when typeof({{ value }}) = 'VARCHAR'
            then nullif(trim(cast({{ value }} as varchar), {{ dbt_rfm._strip_characters() }}), '')
        else cast({{ value }} as varchar)
    end
{%- endmacro %}

{% macro _strip_characters() -%}
    ' ' || chr(9) || chr(10) || chr(11) || chr(12) || chr(13) || chr(160) || chr(12288)
{%- endmacro %}
