{# A query over an input with one column for each contract column, as mapped, types untouched. A model
   that uses it is built after stg_rfm__input_check, so that a wrong input is refused in our words.
   Without an input it has no rows. #}
{% macro rfm_input_rows(input) -%}
    {%- do ref('dbt_rfm', 'stg_rfm__input_check') -%}
    {{- dbt_rfm._mapped_rows(input) -}}
{%- endmacro %}

{% macro _mapped_rows(input) -%}
    {%- set source = dbt_rfm.rfm_input(input) -%}
    {%- set text_null = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    select
    {%- for column, expression in dbt_rfm.rfm_column_map(input).items() %}
        {% if expression is none or source.relation is none -%}
            {{ text_null }}
        {%- elif dbt_rfm._is_plain_column(expression) -%}
            ({{ expression }})
        {%- else -%}
            {#- On lines of its own, for it may end in a comment. -#}
            (
                {{ expression }}
            )
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
