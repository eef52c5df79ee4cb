{# Of each metric that adds up over orders: the column of int_rfm__customer_totals that it adds up. #}
{% macro order_measures() %}
    {{- return({'frequency': 'orders', 'monetary': 'amount', 'quantity': 'quantity'}) -}}
{% endmacro %}
