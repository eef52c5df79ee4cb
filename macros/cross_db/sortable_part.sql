{# The value of the given number, from 1, in what sortable() made of several. #}
{% macro sortable_part(value, number, type) %}
    {{- return(adapter.dispatch('sortable_part', 'dbt_rfm')(value, number, type)) -}}
{% endmacro %}

{% macro default__sortable_part(value, number, type) -%}
    cast({{ dbt.split_part(value, 'chr(1)', number) }} as {{ type }})
{%- endmacro %}

{% macro duckdb__sortable_part(value, number, type) -%}
    cast(struct_extract({{ value }}, 'part_{{ number }}') as {{ type }})
{%- endmacro %}

{% macro spark__sortable_part(value, number, type) -%}
    cast({{ value }}.part_{{ number }} as {{ type }})
{%- endmacro %}
