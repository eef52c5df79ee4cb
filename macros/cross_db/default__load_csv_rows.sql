{# Takes the place of dbt's loader for this project's seeds, to say first what is wrong with their
   columns: dbt fills a column that only the table has with nulls, and stops at one that only the
   file has with the engine's words. #}
{% macro default__load_csv_rows(model, agate_table) %}
    {%- do dbt_rfm.check_seed_columns(
        model, agate_table, adapter.get_columns_in_relation(this) | map(attribute='name') | list
    ) -%}
    {{- return(dbt.default__load_csv_rows(model, agate_table)) -}}
{% endmacro %}
