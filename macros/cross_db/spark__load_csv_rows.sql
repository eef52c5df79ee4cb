{# Takes the place of dbt-spark's loader for this project's seeds. That one writes blank cells as the
   text None and stops at a quotation mark (session method), and Spark takes a minute to read its
   statement for the demo's orders. Here the rows of a batch are one literal: a JSON text. dbt-spark
   has just made the table anew, so that its columns are those of the file. #}
{% macro spark__load_csv_rows(model, agate_table) %}
    {%- do dbt_rfm.check_seed_columns(model, agate_table) -%}
    {%- set column_types = model['config'].get('column_types', {}) -%}
    {%- set statements = [] -%}
    {%- for batch in agate_table.rows | batch(get_batch_size()) -%}
        {%- set rows = [] -%}
        {%- for row in batch -%}
            {%- set cells = [] -%}
            {%- for cell in row -%}
                {%- do cells.append(none if cell is none else cell | string) -%}
            {%- endfor -%}
            {%- do rows.append(cells) -%}
        {%- endfor -%}
        {%- set statement -%}
            insert into {{ this.render() }} ({{ get_seed_column_quoted_csv(
                model, agate_table.column_names
            ) }})
            select
            {%- for name in agate_table.column_names %}
                cast(cells[{{ loop.index0 }}] as {{
                    column_types.get(name, adapter.convert_type(agate_table, loop.index0))
                }})
                {%- if not loop.last %},{% endif %}
            {%- endfor %}
            from (
                select explode(from_json(
                    '{{ tojson(rows) | replace("\\", "\\\\") | replace("'", "\\'") }}',
                    'array<array<string>>'
                )) as cells
            ) as seed_rows
        {%- endset -%}
        {%- do adapter.add_query(statement, abridge_sql_log=true) -%}
        {%- do statements.append(statement) -%}
    {%- endfor -%}
    {{- return(statements[0]) -}}
{% endmacro %}
