{# Texts as the inside of a SQL list: 'a', 'b'. Of none it is a null, of text: BigQuery compares no
   other with a text. #}
{% macro text_list(texts) -%}
    {%- for text in texts -%}
        {{ dbt_rfm.text_literal(text) }}{% if not loop.last %}, {% endif %}
    {%- else -%}
        cast(null as {{ dbt.type_string() }})
    {%- endfor -%}
{%- endmacro %}
