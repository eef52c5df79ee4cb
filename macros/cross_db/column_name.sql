{# The name of a column where no other name and dot stand before it: quoted where the engine reserves
   the word and would not take it else. #}
{% macro column_name(name) %}
    {{- return(adapter.dispatch('column_name', 'dbt_rfm')(name)) -}}
{% endmacro %}

{% macro default__column_name(name) -%}
    {{- adapter.quote(name) if name == 'left' else name -}}
{%- endmacro %}

{% macro redshift__column_name(name) -%}
    {{- adapter.quote(name) if name in ['identity', 'left'] else name -}}
{%- endmacro %}
