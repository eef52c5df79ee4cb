{# SQL expression: the share `part` / `whole`, drawn towards another share the more, the smaller the
   whole is: 20 of the whole weigh as much as what they are drawn towards. Rounded half up to 6
   decimals. Without `towards` it is the share itself. #}
{% macro drawn_share(part, whole, towards=none) -%}
    {%- set weight = 20 -%}
    {%- if not towards -%}
    {{ dbt_rfm.decimal(dbt_rfm.divide_half_up(part, whole), 9, 6) }}
    {%- else -%}
    {{ dbt_rfm.decimal(
        dbt_rfm.divide_half_up(
            '(' ~ part ~ ' + ' ~ weight ~ ' * ' ~ towards ~ ')', '(' ~ whole ~ ' + ' ~ weight ~ ')'
        ), 9, 6
    ) }}
    {%- endif -%}
{%- endmacro %}
