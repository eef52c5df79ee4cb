{# A query: the whole numbers from 1 to the last, one a row. #}
{% macro whole_numbers(last, name) -%}
    select 1 as {{ name }}
    {%- for number in range(2, last + 1) %} union all select {{ number }}{% endfor %}
{%- endmacro %}
