{# The columns that tell lines apart, of the relation `lines`. A column that is not mapped is the
   same on every line and is left out: grouping by fewer columns is faster. A null source_system
   equals another. #}
{% macro rfm_line_key(lines) %}
    {%- set columns = dbt_rfm.rfm_column_map('orders') -%}
    {%- set key = [lines ~ '.order_id'] -%}
    {%- if columns.line_id is not none -%}
        {%- do key.append(lines ~ '.line_id') -%}
    {%- endif -%}
    {%- if columns.source_system is not none -%}
        {%- do key.append('coalesce(' ~ lines ~ ".source_system, '')") -%}
    {%- endif -%}
    {{- return(key) -}}
{% endmacro %}
