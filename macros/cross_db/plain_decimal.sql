{# A decimal as text without trailing zeros: 5, 2.5. #}
{% macro plain_decimal(value) -%}
    trim(
        trailing '.'
        from trim(trailing '0' from cast(cast({{ value }} as numeric(28, 6)) as {{ dbt.type_string() }}))
    )
{%- endmacro %}
