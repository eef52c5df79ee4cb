{# The columns that tell orders apart, of the relation `lines`: order_id, and source_system where it
   is mapped; one that is null equals another. Rows of the input, not read yet, are stripped. #}
{% macro rfm_order_columns(lines, are_read=true) %}
    {%- set columns = [] -%}
    {%- for column in dbt_rfm._order_columns() -%}
        {%- set value = lines ~ '.' ~ column -%}
        {%- set value = value if are_read else dbt_rfm.strip(value) -%}
        {%- do columns.append('coalesce(' ~ value ~ ", '')") -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}

{% macro _order_columns() %}
    {{- return(
        ['order_id'] if dbt_rfm.rfm_column_map('orders').source_system is none
        else ['order_id', 'source_system']
    ) -}}
{% endmacro %}
