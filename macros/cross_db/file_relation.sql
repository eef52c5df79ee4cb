{# A FROM item that reads a file or a glob in place; none where the engine reads no files. #}
{% macro file_relation(path) %}
    {{- return(adapter.dispatch('file_relation', 'dbt_rfm')(path)) -}}
{% endmacro %}

{% macro default__file_relation(path) %}
    {{- return(none) -}}
{% endmacro %}

{# CSV and JSON are read as text, so that nothing is guessed and no line stops the build. #}
{% macro duckdb__file_relation(path) %}
    {%- set literal = "'" ~ path | replace("'", "''") ~ "'" -%}
    {%- set format = dbt_rfm._file_format(path) -%}
    {%- if format == 'parquet' -%}
        {{- return("read_parquet(" ~ literal ~ ", union_by_name = true)") -}}
    {%- elif format == 'csv' -%}
        {{- return(
            "read_csv(" ~ literal ~ ", header = true, all_varchar = true, union_by_name = true)"
        ) -}}
    {%- elif format == 'json' -%}
        {{- return(
            "(select columns(*) ->> '$' from read_json(" ~ literal
            ~ ", maximum_depth = 1, union_by_name = true))"
        ) -}}
    {%- endif -%}
    {{- return(none) -}}
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
