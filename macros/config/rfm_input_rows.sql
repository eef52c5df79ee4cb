{# A query over an input with one column for each contract column, as mapped, types untouched.
   Without an input, or with one that rfm_check_inputs refuses, it has no rows. #}
{% macro rfm_input_rows(input) -%}
    {%- set source = dbt_rfm.rfm_input(input) -%}
    {%- set text_null = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    select
    {%- for column, expression in dbt_rfm.rfm_column_map(input).items() %}
        {% if expression is none or source.relation is none -%}
            {{ text_null }}
        {%- else -%}
            ({{ expression }})
        {%- endif %} as {{ dbt_rfm.column_name(column) }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
    {%- if source.relation is none %}
    from (select 1 as nothing) as no_input
    where 1 = 0
    {%- else %}
    from {{ source.relation }}
    {%- endif %}
{%- endmacro %}
