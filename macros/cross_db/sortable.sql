{# Several values as one that sorts by them, one after the other, text by bytes: max(by_bytes(...)) of
   it is the latest row, whose values sortable_part() gives back. No value is null. #}
{% macro sortable(values) %}
    {{- return(adapter.dispatch('sortable', 'dbt_rfm')(values)) -}}
{% endmacro %}

{# As text, held apart by the control character U+0001, which sorts before all others and stands in
   no id. Timestamps sort as text; numbers do not and come last. #}
{% macro default__sortable(values) -%}
    {%- for value in values -%}
        cast({{ value }} as {{ dbt.type_string() }})
        {%- if not loop.last %} || chr(1) || {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{# Snowflake's text of a timestamp ends at milliseconds. The first value is one. #}
{% macro snowflake__sortable(values) -%}
    to_varchar({{ values[0] }}, 'YYYY-MM-DD HH24:MI:SS.FF6') || chr(1) ||
    {{ dbt_rfm.default__sortable(values[1:]) }}
{%- endmacro %}

{# Redshift's text ends after 256 bytes. #}
{% macro redshift__sortable(values) -%}
    {%- for value in values -%}
        cast({{ value }} as varchar(65535))
        {%- if not loop.last %} || chr(1) || {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro duckdb__sortable(values) -%}
    struct_pack(
        {%- for value in values -%}
            part_{{ loop.index }} := {{ value }}{% if not loop.last %}, {% endif %}
        {%- endfor -%}
    )
{%- endmacro %}

{% macro spark__sortable(values) -%}
    named_struct(
        {%- for value in values -%}
            'part_{{ loop.index }}', {{ value }}{% if not loop.last %}, {% endif %}
        {%- endfor -%}
    )
{%- endmacro %}
