{# fail() for an expression of type text. #}
{% macro fail_as_text(message) -%}
    cast({{ dbt_rfm.fail(message) }} as {{ dbt.type_string() }})
{%- endmacro %}
