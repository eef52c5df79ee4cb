{# When this build began, in UTC: the only time of the clock that a table has. #}
{% macro build_time() -%}
    cast('{{ run_started_at.strftime('%Y-%m-%d %H:%M:%S') }}' as {{ dbt.type_timestamp() }})
{%- endmacro %}
