{# An order status as rfm_rejected_statuses compares it: in lower case, without any white space (ASCII
   white space, U+00A0, U+3000), neither around it nor inside. #}
{% macro rfm_status_key(value) -%}
    {%- set key = namespace(text='lower(' ~ value ~ ')') -%}
    {%- for code_point in dbt_rfm._white_space_code_points() -%}
        {%- set blank = 'chr(' ~ code_point ~ ')' if code_point < 128
            else "'" ~ '%c' % code_point ~ "'" -%}
        {%- set key.text = 'replace(' ~ key.text ~ ', ' ~ blank ~ ", '')" -%}
    {%- endfor -%}
    {{- key.text -}}
{%- endmacro %}
