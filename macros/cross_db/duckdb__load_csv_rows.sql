{# Takes the place of dbt-duckdb's loader for this project's seeds. That one copies a file by the
   positions of its columns, so that columns which changed places since the table was made would be
   read one for the other. Here their names are written out. #}
{% macro duckdb__load_csv_rows(model, agate_table) %}
    {%- do dbt_rfm.check_seed_columns(
        model, agate_table, adapter.get_columns_in_relation(this) | map(attribute='name') | list
    ) -%}
    {%- set statement -%}
        copy {{ this.render() }} ({{ get_seed_column_quoted_csv(model, agate_table.column_names) }})
        from {{ dbt_rfm.text_literal(adapter.get_seed_file_path(model)) }}
        (
            format csv,
            header true,
            delimiter {{ dbt_rfm.text_literal(config.get('delimiter', ',')) }},
            quote '"',
            escape '"'
        )
    {%- endset -%}
    {%- do adapter.add_query(statement, abridge_sql_log=true) -%}
    {{- return(statement) -}}
{% endmacro %}
