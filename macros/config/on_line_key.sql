{# The condition that a row of `lines` has the key of a row of int_rfm__repeated_keys. #}
{% macro on_line_key(lines, keys) -%}
    {%- for column in dbt_rfm.rfm_line_key(lines) -%}
        {{ column }} = {{ keys }}.key_{{ loop.index }}
        {%- if not loop.last %} and {% endif -%}
    {%- endfor -%}
{%- endmacro %}
