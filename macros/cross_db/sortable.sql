{# Several values as one that sorts by them, one after the other, text by bytes: max(by_bytes(...)) of
   it is the latest row, whose values sortable_part() gives back. No value is null; the first one is a
   time, unless it is said not to be. #}
{% macro sortable(values, begins_with_time=true) %}
    {{- return(adapter.dispatch('sortable', 'dbt_rfm')(values, begins_with_time)) -}}
{% endmacro %}

{# As text, held apart by the control character U+0001, which sorts before all others and stands in
   no id. Timestamps sort as text, and so do
   numbers of as many digits; others come last. #}
{% macro default__sortable(values, begins_with_time) -%}
    {%- for value in values -%}
        cast({{ value }} as {{ dbt.type_string() }})
        {%- if not loop.last %} || chr(1) || {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{# Snowflake's text of a timestamp ends at milliseconds. #}
{% macro snowflake__sortable(values, begins_with_time) -%}
    {%- if begins_with_time -%}
        to_varchar({{ values[0] }}, 'YYYY-MM-DD HH24:MI:SS.FF6') || chr(1) ||
        {{ dbt_rfm.default__sortable(values[1:], false) }}
    {%- else -%}
        {{- dbt_rfm.default__sortable(values, false) -}}
    {%- endif -%}
{%- endmacro %}

{# Redshift's text ends after 256 bytes. #}
{% macro redshift__sortable(values, begins_with_time) -%}
    {%- for value in values -%}
        cast({{ value }} as varchar(65535))
        {%- if not loop.last %} || chr(1) || {% endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro duckdb__sortable(values, begins_with_time) -%}
    struct_pack(
        {%- for value in values -%}
            part_{{ loop.index }} := {{ value }}{% if not loop.last %}, {% endif %}
        {%- endfor -%}
    )
{%- endmacro %}

{% macro spark__sortable(values, begins_with_time) -%}
    named_struct(
        {%- for value in values -%}
            'part_{{ loop.index }}', {{ value }}{% if not loop.last %}, {% endif %}
        {%- endfor -%}
    )
{%- endmacro %}
