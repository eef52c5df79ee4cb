{# Whether a time is midnight sharp, to the last fraction of a second, which not every engine's seconds
   have. #}
{% macro is_midnight(time) %}
    {{- return(adapter.dispatch('is_midnight', 'dbt_rfm')(time)) -}}
{% endmacro %}

{% macro default__is_midnight(time) -%}
    {{ time }} = cast(cast({{ time }} as date) as {{ dbt.type_timestamp() }})
{%- endmacro %}

{# Spark's plain timestamp is a moment; ours have no zone. #}
{% macro spark__is_midnight(time) -%}
    {{ time }} = cast(cast({{ time }} as date) as timestamp_ntz)
{%- endmacro %}
