{# Whether schemes are measured on stg_rfm__order_sums: where one takes all lines, and an order is
   more than a line. #}
{% macro rfm_order_sums_are_read() %}
    {{- return(
        dbt_rfm.rfm_all_lines() in dbt_rfm.rfm_line_sets() and not dbt_rfm.rfm_line_is_order()
    ) -}}
{% endmacro %}
