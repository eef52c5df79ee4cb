{# Stops with a message where a seed's file lacks a column that the project reads, or where its
   table, made by an earlier build, has other columns than the file. Called while the seed is loaded;
   `table_columns` are the names of the table's columns, where it was not made just now. #}
{% macro check_seed_columns(model, agate_table, table_columns=none) %}
    {%- set in_file = agate_table.column_names | list -%}
    {%- set in_table = in_file if table_columns is none else table_columns -%}
    {%- set read = dbt_rfm.rfm_policy_columns().get(model.name, []) -%}
    {%- set unreadable = read | reject('in', in_file) | list -%}
    {%- set added = in_file | reject('in', in_table) | list -%}
    {%- set dropped = in_table | reject('in', in_file) | reject('in', unreadable) | list -%}
    {%- set problems = [] -%}
    {%- if unreadable -%}
        {%- do problems.append(
            'the file lacks the column(s) ' ~ unreadable | join(', ') ~ '; write all of '
            ~ read | join(', ')
        ) -%}
    {%- endif -%}
    {%- if added or dropped -%}
        {%- set differences = [] -%}
        {%- if added -%}
            {%- do differences.append('it lacks ' ~ added | join(', ')) -%}
        {%- endif -%}
        {%- if dropped -%}
            {%- do differences.append('it has ' ~ dropped | join(', ') ~ ', gone from the file') -%}
        {%- endif -%}
        {%- do problems.append(
            'the table of an earlier build has other columns: ' ~ differences | join('; ')
            ~ '; run once dbt seed --full-refresh --select ' ~ model.name
        ) -%}
    {%- endif -%}
    {%- if problems -%}
        {%- do exceptions.raise_compiler_error(
            'seed ' ~ model.name ~ ' (' ~ model.original_file_path ~ '): '
            ~ problems | join('. Also: ')
        ) -%}
    {%- endif -%}
{% endmacro %}
