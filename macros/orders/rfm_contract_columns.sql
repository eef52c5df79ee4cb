{# The columns of the orders, customers, contacts and measures inputs, in the contract's order.
   Returns a dict: column name -> whether it is required. #}
{% macro rfm_contract_columns(input) %}
    {%- set columns = {
        'orders': {
            'order_id': true, 'customer_id': true, 'ordered_at': true, 'amount': true,
            'line_id': false, 'quantity': false, 'list_amount': false, 'product_name': false,
            'category': false, 'channel': false, 'payment_method': false, 'store_code': false,
            'region': false, 'source_system': false, 'order_status': false,
        },
        'customers': {
            'customer_id': true, 'identity': false, 'registered_at': false, 'region': false,
            'membership_level': false,
        },
        'contacts': {
            'contact_id': true, 'customer_id': true, 'contacted_at': true, 'channel': false,
            'outcome': false,
        },
        'measures': {'customer_id': true, 'measure': true, 'value': true, 'valid_from': false},
    } -%}
    {{- return(columns[input]) -}}
{% endmacro %}

{# All inputs, in the order in which they are checked. #}
{% macro _inputs() %}
    {{- return(['orders', 'customers', 'contacts', 'measures']) -}}
{% endmacro %}
