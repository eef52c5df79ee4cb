{# A sentence with SQL expressions of text put in for the words in braces: `values` says which. #}
{% macro filled_in(sentence, values) -%}
    {%- set parts = [] -%}
    {%- for piece in sentence.split('{') -%}
        {%- set name, is_word, rest = piece.partition('}') -%}
        {%- if not is_word -%}
            {%- set rest = piece -%}
        {%- else -%}
            {%- do parts.append(values[name]) -%}
        {%- endif -%}
        {%- if rest -%}
            {%- do parts.append(dbt_rfm.text_literal(rest)) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(parts | join(' || ')) -}}
{%- endmacro %}
