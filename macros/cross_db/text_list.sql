{# Texts as the inside of a SQL list: 'a', 'b'. #}
{% macro text_list(texts) -%}
    {%- for text in texts -%}
        {{ dbt_rfm.text_literal(text) }}{% if not loop.last %}, {% endif %}
    {%- else -%}
        null
    {%- endfor -%}
{%- endmacro %}
