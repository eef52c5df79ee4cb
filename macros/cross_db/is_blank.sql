{# Whether strip() leaves nothing of a value. #}
{% macro is_blank(value) %}
    {{- return(adapter.dispatch('is_blank', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__is_blank(value) -%}
    ({{ dbt_rfm.strip(value) }} is null)
{%- endmacro %}

{# Text that begins with printable ASCII is not blank: most of it needs no trimming to know. #}
{% macro duckdb__is_blank(value) -%}
    (
        {{ value }} is null
        or (
            cast({{ value }} as varchar) not between '!' and '~'
            and {{ dbt_rfm.strip(value) }} is null
        )
    )
{%- endmacro %}
