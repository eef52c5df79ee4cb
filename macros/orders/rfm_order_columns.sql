{# The columns that tell orders apart, of the relation `lines`: order_id, and source_system where it
   is mapped; a null source_system equals another. Rows of the input, not read yet, are stripped. #}
{% macro rfm_order_columns(lines, are_read=true) %}
    {%- set columns = [] -%}
    {%- for column in ['order_id', 'source_system']
        if column == 'order_id' or dbt_rfm.rfm_column_map('orders')[column] is not none -%}
        {%- set value = lines ~ '.' ~ column -%}
        {%- set value = value if are_read else dbt_rfm.strip(value) -%}
        {%- do columns.append(value if column == 'order_id' else 'coalesce(' ~ value ~ ", '')") -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}
