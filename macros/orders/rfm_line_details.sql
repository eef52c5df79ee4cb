{# The mapped columns that an order takes from its line of largest amount. Returns a list. #}
{% macro rfm_line_details() %}
    {%- set mapped = [] -%}
    {%- for column in ['product_name', 'region', 'store_code', 'channel', 'payment_method']
        if dbt_rfm.rfm_column_map('orders')[column] is not none -%}
        {%- do mapped.append(column) -%}
    {%- endfor -%}
    {{- return(mapped) -}}
{% endmacro %}
