{# When customers are looked at, and where the bands of those who are alike begin, each from its bound
   on. `lookbacks` are pairs: months back from the report date, and months of orders that are needed
   before that. `order_days` are numbers of order days; `first_waits` the wait of a customer with one
   order day, in days; `waits` that of the others, in halves of their own mean interval. #}
{% macro similar_customer_bounds() %}
    {%- set months = dbt_rfm.rfm_setting('rfm_outcome_months') | int -%}
    {#- The latest date whose outcome is known, and the same season of earlier years. -#}
    {%- set lookbacks = [(months, months)] -%}
    {%- for back in [12, 24, 36] if back > months -%}
        {%- do lookbacks.append((back, [12, months] | max)) -%}
    {%- endfor -%}
    {#- Thirds of a month of 30 days for each month that is looked ahead. -#}
    {%- set first_waits = [] -%}
    {%- for thirds in [0, 1, 2, 3, 6, 12] -%}
        {%- do first_waits.append(10 * months * thirds) -%}
    {%- endfor -%}
    {{- return({
        'lookbacks': lookbacks,
        'order_days': [1, 2, 3, 4, 5, 7, 10],
        'first_waits': first_waits,
        'waits': [0, 1, 2, 4, 6, 8, 12, 16],
    }) -}}
{% endmacro %}
