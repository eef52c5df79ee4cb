{# Where the bands of similar customers begin, each from its bound on: the number of order days; the
   wait of a customer with one order day, in thirds of a month for each month that is looked ahead;
   and the wait of the others, in halves of their own mean interval. #}
{% macro similar_customer_bounds() %}
    {{- return({
        'order_days': [1, 2, 3, 4, 5, 7, 10],
        'first_waits': [0, 1, 2, 3, 6, 12],
        'waits': [0, 1, 2, 4, 6, 8, 12, 16],
    }) -}}
{% endmacro %}
