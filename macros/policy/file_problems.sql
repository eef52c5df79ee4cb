{# What is wrong with the files of an input, before anything reads them: files that are empty, damaged,
   of another encoding or without the mapped columns. Returns a list of messages, each with the file,
   the line where it is known, and what to write. No cell of a file is quoted with rfm_pseudonymise.
   Engines that read no files have nothing to look at. #}
{% macro file_problems(input, files) %}
    {{- return(adapter.dispatch('file_problems', 'dbt_rfm')(input, files)) -}}
{% endmacro %}

{% macro default__file_problems(input, files) %}
    {{- return([]) -}}
{% endmacro %}

{% macro duckdb__file_problems(input, files) %}
    {%- if dbt_rfm._file_format(files[0]) == 'csv' -%}
        {{- return(dbt_rfm.csv_problems(input, files)) -}}
    {%- endif -%}
    {%- set problems, missing = [], {} -%}
    {%- set map = dbt_rfm.rfm_column_map(input) -%}
    {%- set is_json = dbt_rfm._file_format(files[0]) == 'json' -%}
    {%- set sizes = dbt_rfm._file_sizes(files) -%}
    {%- for file in files -%}
        {%- set relation = dbt_rfm._relation_of_file(file, input) -%}
        {%- set reason = dbt_rfm.query_problem('select * from ' ~ relation, file) -%}
        {%- if sizes[file] == 0 -%}
            {%- do problems.append(dbt_rfm._file_problem(
                input, file, 'is empty; write a glob that leaves it out'
            )) -%}
        {%- elif reason -%}
            {%- do problems.append(dbt_rfm._file_problem(
                input, file, 'cannot be read: ' ~ reason ~ '; mend it, or write a glob that leaves it out'
            )) -%}
        {%- elif files | length > 1 -%}
            {#- In JSON a key that is left out is null. -#}
            {%- for column, is_required in dbt_rfm.rfm_contract_columns(input).items()
                if map[column] is string and (is_required or not is_json) -%}
                {%- if dbt_rfm.query_problem(
                    'select (' ~ map[column] ~ '\n) as mapped from ' ~ relation, file
                ) -%}
                    {%- do missing.setdefault(column, []).append(file) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {#- What no file has is said of the expression. -#}
    {%- for column, lacking in missing.items() if lacking | length < files | length -%}
        {%- for file in lacking -%}
            {%- do problems.append(dbt_rfm._missing_column(
                input, file, column, map[column],
                get_column_schema_from_query('select * from ' ~ dbt_rfm._relation_of_file(file, input))
                    | map(attribute='name') | list
            )) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if is_json and not problems -%}
        {%- for file in files -%}
            {%- do problems.extend(dbt_rfm._cell_problems(
                input, [file], dbt_rfm._relation_of_file(file, input),
                'cannot be read to its end as JSON; mend it, or write a glob that leaves it out'
            )) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{% macro _file_problem(input, file, problem, line=none) %}
    {{- return(
        'var rfm_' ~ input ~ '_path: the file "' ~ file ~ '"' ~ (', line ' ~ line ~ ',' if line else '') ~ ' '
        ~ problem
    ) -}}
{% endmacro %}

{# file -> bytes, as they lie on the disk. #}
{% macro _file_sizes(files) %}
    {%- set sizes = {} -%}
    {%- for file, size in run_query(
        'select filename, size from read_blob(' ~ dbt_rfm._file_list(files) ~ ')'
    ).rows -%}
        {%- do sizes.update({file: size}) -%}
    {%- endfor -%}
    {{- return(sizes) -}}
{% endmacro %}

{% macro _is_packed(file) %}
    {{- return((file | lower).endswith('.gz') or (file | lower).endswith('.zst')) -}}
{% endmacro %}

{# A pattern that matches this file alone, whatever its name is made of. #}
{% macro _exactly(file) %}
    {{- return(modules.re.sub('([\\[*?])', '[\\1]', file)) -}}
{% endmacro %}

{% macro _relation_of_file(file, input) %}
    {{- return(dbt_rfm.file_relation(dbt_rfm._exactly(file), dbt_rfm.rfm_csv_options(input))) -}}
{% endmacro %}

{# SQL: a list of files. #}
{% macro _file_list(files) %}
    {%- set literals = [] -%}
    {%- for file in files -%}
        {%- do literals.append(dbt_rfm.text_literal(dbt_rfm._exactly(file))) -%}
    {%- endfor -%}
    {{- return('[' ~ literals | join(', ') ~ ']') -}}
{% endmacro %}

{% macro _missing_column(input, file, column, expression, found) %}
    {{- return(dbt_rfm._file_problem(
        input, file, 'lacks "' ~ expression ~ '", which is mapped to ' ~ column ~ ' (it has '
        ~ found | join(', ') ~ '); write files with the same columns, or a glob that leaves it out'
    )) -}}
{% endmacro %}

{# Reads all rows of text files once: cells for which an expression of the column map fails. Where a
   file cannot be read to its end the build stops with `message`, for nothing catches that. #}
{% macro _cell_problems(input, files, relation, message) %}
    {%- set file = files[0] -%}
    {%- set problems, counts, expressions = [], [], {} -%}
    {%- set mapped = dbt_rfm._mapped_expressions(input) -%}
    {#- No cell is shown with pseudonyms. -#}
    {%- set names = get_column_schema_from_query('select * from ' ~ relation)
        | map(attribute='name') | list
        if mapped and not dbt_rfm.rfm_setting('rfm_pseudonymise') else [] -%}
    {%- for column, expression in mapped.items() -%}
        {%- set tried = "try(coalesce(cast((" ~ expression ~ "\n) as varchar), ''))" -%}
        {#- What try() cannot hold, such as a subquery, is left to the build. -#}
        {%- if not dbt_rfm.query_problem('select ' ~ tried ~ ' from ' ~ relation, file) -%}
            {%- do expressions.update({column: expression}) -%}
            {%- do counts.append(
                'count(*) - count(' ~ tried ~ ') as failed_' ~ column ~ ', min(case when ' ~ tried
                ~ ' is null then ' ~ dbt_rfm._sample_of(expression, names) ~ ' end) as sample_' ~ column
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set read = try_or_compiler_error(
        dbt_rfm._file_problem(input, file, message), run_query,
        'select ' ~ (['count(*) as all_rows'] + counts + ['count(columns(*))']) | join(', ')
        ~ ' from ' ~ relation
    ).rows[0] -%}
    {%- for column, expression in expressions.items() if read['failed_' ~ column] > 0 -%}
        {%- set sample = read['sample_' ~ column] -%}
        {%- do problems.append(
            'var rfm_' ~ input[:-1] ~ '_columns.' ~ column ~ ': "' ~ expression ~ '" fails for '
            ~ read['failed_' ~ column] ~ ' of ' ~ read['all_rows'] ~ ' rows of "' ~ file ~ '"'
            ~ (' and ' ~ (files | length - 1) ~ ' more file(s)' if files | length > 1 else '')
            ~ (', such as ' ~ sample if sample else '') ~ '; write an expression that takes them, or'
            ~ (' try_strptime in place of strptime' if 'strptime' in expression else ' try_cast in place of cast')
            ~ ', so that such a line is refused and told'
        ) -%}
    {%- endfor -%}
    {{- return(problems) -}}
{% endmacro %}

{# SQL: the cells of these columns that an expression reads, as text; null where there are none. #}
{% macro _sample_of(expression, names) %}
    {%- set cells = [] -%}
    {%- for name in names
        if modules.re.search('(^|\\W)' ~ modules.re.escape(name) ~ '(\\W|$)', expression, 2) -%}
        {%- do cells.append(
            dbt_rfm.text_literal(name ~ ' ') ~ ' || coalesce(' ~ adapter.quote(name) ~ ", 'null')"
        ) -%}
    {%- endfor -%}
    {{- return("concat_ws(', ', " ~ cells | join(', ') ~ ')' if cells else 'null') -}}
{% endmacro %}
