{# Whether a row of `lines` belongs to the order of a row of `orders`, which has an order_id and a
   source_system, '' where none is given. #}
{% macro rfm_same_order(lines, orders, are_read=true) %}
    {%- set conditions = [] -%}
    {%- for column in dbt_rfm.rfm_order_columns(lines, are_read) -%}
        {%- do conditions.append(
            column ~ ' = ' ~ orders ~ '.' ~ ['order_id', 'source_system'][loop.index0]
        ) -%}
    {%- endfor -%}
    {{- return(conditions | join('\n    and ')) -}}
{% endmacro %}
