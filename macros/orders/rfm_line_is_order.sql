{# Whether a row of the orders input is an order: no line_id is mapped. #}
{% macro rfm_line_is_order() %}
    {{- return(dbt_rfm.rfm_column_map('orders').line_id is none) -}}
{% endmacro %}
