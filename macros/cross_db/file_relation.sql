{# A FROM item that reads a file or a glob in place; none where the engine reads no files. `csv` is how
   text files are written, as rfm_csv_options has it. #}
{% macro file_relation(path, csv) %}
    {{- return(adapter.dispatch('file_relation', 'dbt_rfm')(path, csv)) -}}
{% endmacro %}

{% macro default__file_relation(path, csv) %}
    {{- return(none) -}}
{% endmacro %}

{# CSV and JSON are read as text, so that nothing is guessed and no line stops the build. #}
{% macro duckdb__file_relation(path, csv) %}
    {%- set literal = dbt_rfm.text_literal(path) -%}
    {%- set format = dbt_rfm._file_format(path) -%}
    {%- if format == 'parquet' -%}
        {{- return("read_parquet(" ~ literal ~ ", union_by_name = true)") -}}
    {%- elif format == 'csv' -%}
        {{- return(
            "read_csv(" ~ literal ~ ", header = true, all_varchar = true, union_by_name = true, "
            ~ dbt_rfm._csv_dialect(csv) ~ ")"
        ) -}}
    {%- elif format == 'json' -%}
        {{- return(
            "(select columns(*) ->> '$' from read_json(" ~ literal
            ~ ", maximum_depth = 1, union_by_name = true))"
        ) -}}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}

{# The arguments of read_csv that leave it nothing to guess from the data but the delimiter. #}
{% macro _csv_dialect(csv) %}
    {%- set arguments = {
        'quote': csv.quote, 'escape': csv.escape, 'comment': '', 'delim': csv.delimiter,
        'encoding': csv.encoding,
    } -%}
    {%- set parts = ['skip = ' ~ csv.skip] -%}
    {%- for name, value in arguments.items() if value is not none -%}
        {%- do parts.append(name ~ ' = ' ~ dbt_rfm.text_literal(value)) -%}
    {%- endfor -%}
    {{- return(parts | join(', ')) -}}
{% endmacro %}

{# parquet, csv, json or none: told by the ending, below a compression's ending. #}
{% macro _file_format(path) %}
    {%- set endings = {
        '.parquet': 'parquet', '.csv': 'csv', '.tsv': 'csv', '.txt': 'csv',
        '.json': 'json', '.jsonl': 'json', '.ndjson': 'json',
    } -%}
    {%- set found = namespace(format=none) -%}
    {%- for ending, format in endings.items() -%}
        {%- for compression in ['', '.gz', '.zst'] if (path | lower).endswith(ending ~ compression) -%}
            {%- set found.format = format -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(found.format) -}}
{% endmacro %}
