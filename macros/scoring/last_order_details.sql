{# The mapped details of the last order's line of largest amount. #}
{% macro last_order_details() %}
    {%- set details = ['product_name', 'region', 'store_code'] -%}
    {{- return(details | select('in', dbt_rfm.rfm_line_details()) | list) -}}
{% endmacro %}
