{# A query: the whole numbers from 1 to the last, one a row. #}
{% macro whole_numbers(last, name) -%}
    {%- for number in range(1, last + 1) -%}
    select {{ number }}{% if loop.first %} as {{ name }}{% endif %}
    {%- if not loop.last %}
    union all
    {% endif -%}
    {%- endfor -%}
{%- endmacro %}
