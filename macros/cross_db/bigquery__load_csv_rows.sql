{# Takes the place of dbt-bigquery's loader for this project's seeds: all their columns are text, whose
   name in column_types is that of the other engines. #}
{% macro bigquery__load_csv_rows(model, agate_table) %}
    {%- set column_types = {} -%}
    {%- for name in model['config']['column_types'] -%}
        {%- do column_types.update({name: dbt.type_string()}) -%}
    {%- endfor -%}
    {%- do model['config'].update({'column_types': column_types}) -%}
    {{- return(dbt.bigquery__load_csv_rows(model, agate_table)) -}}
{% endmacro %}
