{# What is read of a customer's last order, packed by sortable() in this order. `orders` is a relation as
   int_rfm__orders. #}
{% macro last_order_values(orders) %}
    {%- set values = [] -%}
    {%- for column in ['ordered_at', 'order_id', 'source_system', 'amount'] -%}
        {%- do values.append(orders ~ '.' ~ column) -%}
    {%- endfor -%}
    {%- for detail in dbt_rfm.last_order_details() -%}
        {%- do values.append('coalesce(' ~ orders ~ '.' ~ detail ~ ", '')") -%}
    {%- endfor -%}
    {{- return(values) -}}
{% endmacro %}
