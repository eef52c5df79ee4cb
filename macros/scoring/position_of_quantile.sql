{# Type-7 percentiles: cut i of k lies at position (n - 1) x i / k of the n sorted values, counted from
   0: this many k-ths. #}
{% macro position_of_quantile(cut, customers) -%}
    ({{ customers }} - 1) * {{ cut }}
{%- endmacro %}
