{# The columns that tell lines apart, of the relation `lines`: those of its order, and line_id where it
   is mapped. #}
{% macro rfm_line_key(lines) %}
    {%- set columns = dbt_rfm.rfm_order_columns(lines) -%}
    {%- if not dbt_rfm.rfm_line_is_order() -%}
        {%- do columns.append(lines ~ '.line_id') -%}
    {%- endif -%}
    {{- return(columns) -}}
{% endmacro %}
