{# The columns of int_rfm__graded_customers beside score and tier. #}
{% macro graded_columns() %}
    {%- set columns = ['scheme', 'as_of_date', 'is_latest', 'customer_id', 'window_start'] -%}
    {%- do columns.extend(dbt_rfm.value_columns(dbt_rfm.rfm_allowed_values('scored_metric'))) -%}
    {%- for measure in dbt_rfm.order_measures().values() -%}
        {%- do columns.append(measure ~ '_ever') -%}
    {%- endfor -%}
    {%- for metric in dbt_rfm.rfm_allowed_values('scored_metric') -%}
        {%- do columns.append(metric ~ '_score') -%}
    {%- endfor -%}
    {%- do columns.extend([
        'recency_cell', 'frequency_cell', 'monetary_cell', 'first_ordered_at', 'last_ordered_at',
        'last_order_id', 'last_order_amount', 'last_product_name', 'last_region', 'last_store_code',
    ]) -%}
    {{- return(columns) -}}
{% endmacro %}
