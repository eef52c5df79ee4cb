{# A detail of an order in what sortable() made of several values; null where it is blank or not mapped.
   The values of `details` were packed in their order, from the part with number `first_part` on. #}
{% macro packed_detail(value, detail, details, first_part) -%}
    {%- if detail in details -%}
    nullif({{ dbt_rfm.sortable_part(
        value, details.index(detail) + first_part, dbt.type_string()
    ) }}, '')
    {%- else -%}
    cast(null as {{ dbt.type_string() }})
    {%- endif -%}
{%- endmacro %}
