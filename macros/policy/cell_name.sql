{# The scores of a rule cell as text, such as 2,1,1; - where the scheme has no such score. #}
{% macro cell_name(metrics) -%}
    {%- for metric in metrics -%}
        coalesce({{ dbt_rfm.plain_decimal(metric ~ '_score') }}, '-')
        {%- if not loop.last %} || ',' || {% endif -%}
    {%- endfor -%}
{%- endmacro %}
