{# A decimal as text without trailing zeros: 5, 2.5. #}
{% macro plain_decimal(value) %}
    {{- return(adapter.dispatch('plain_decimal', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__plain_decimal(value) -%}
    trim(
        trailing '.'
        from trim(
            trailing '0' from cast({{ dbt_rfm.decimal(value) }} as {{ dbt.type_string() }})
        )
    )
{%- endmacro %}

{% macro snowflake__plain_decimal(value) -%}
    rtrim(rtrim(cast({{ dbt_rfm.decimal(value) }} as {{ dbt.type_string() }}), '0'), '.')
{%- endmacro %}

{# BigQuery writes no trailing zeros after the point, so that none may be taken away. #}
{% macro bigquery__plain_decimal(value) -%}
    cast({{ dbt_rfm.decimal(value) }} as {{ dbt.type_string() }})
{%- endmacro %}
