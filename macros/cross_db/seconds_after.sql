{# The time that is so many whole seconds after a time, as text. `moment` is written out. #}
{% macro seconds_after(moment, seconds) %}
    {{- return(adapter.dispatch('seconds_after', 'dbt_rfm')(moment, seconds)) -}}
{% endmacro %}

{% macro default__seconds_after(moment, seconds) -%}
    cast(timestamp '{{ moment }}' + {{ seconds }} * interval '1' second as {{ dbt.type_string() }})
{%- endmacro %}

{% macro duckdb__seconds_after(moment, seconds) -%}
    cast(timestamp '{{ moment }}' + to_seconds({{ seconds }}) as text)
{%- endmacro %}

{# A plain timestamp of Spark depends on the session's time zone. #}
{% macro spark__seconds_after(moment, seconds) -%}
    cast(timestamp_ntz '{{ moment }}' + {{ seconds }} * interval '1' second as string)
{%- endmacro %}
