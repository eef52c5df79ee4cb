{# The texts of a group, nulls left out, joined in an order. #}
{% macro joined_text(value, separator, order_by) %}
    {{- return(adapter.dispatch('joined_text', 'dbt_rfm')(value, separator, order_by)) -}}
{% endmacro %}

{% macro default__joined_text(value, separator, order_by) -%}
    {{ dbt.listagg(value, separator, 'order by ' ~ order_by) }}
{%- endmacro %}

{# No texts at all are joined to an empty one by Snowflake and by dbt's own macro for Trino. #}
{% macro snowflake__joined_text(value, separator, order_by) -%}
    nullif({{ dbt_rfm.default__joined_text(value, separator, order_by) }}, '')
{%- endmacro %}

{% macro trino__joined_text(value, separator, order_by) -%}
    nullif({{ dbt_rfm.default__joined_text(value, separator, order_by) }}, '')
{%- endmacro %}

{# dbt's own macro leaves the order out. #}
{% macro spark__joined_text(value, separator, order_by) -%}
    listagg({{ value }}, {{ separator }}) within group (order by {{ order_by }})
{%- endmacro %}
