{# How the text files of an input are written: rfm_orders_csv and the like, over RFC 4180's quote and
   escape. Without a delimiter it is the one of , ; tab | that the header has most of; without an
   encoding it is UTF-8. #}
{% macro rfm_csv_options(input) %}
    {%- set options = {
        'delimiter': none, 'quote': '"', 'escape': '"', 'encoding': none, 'skip': 0,
    } -%}
    {%- set given = var('rfm_' ~ input ~ '_csv', none) -%}
    {%- if given is mapping -%}
        {%- for key, value in given.items() if key in options and value is not none -%}
            {%- do options.update({
                key: '\t' if key == 'delimiter' and value in ['tab', '\\t'] else value
            }) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(options) -}}
{% endmacro %}
