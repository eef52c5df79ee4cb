{# What is wrong with the text files of an input: a list of messages, each with the file, the line where
   it is known, and what to write. From the top of all files to the lines of each, for what is said
   first explains the rest. DuckDB alone reads files, so this is its SQL. #}
{% macro csv_problems(input, files) %}
    {%- set csv = dbt_rfm.rfm_csv_options(input) -%}
    {%- set problems, heads = [], {} -%}
    {%- for file in files -%}
        {%- set head = dbt_rfm._csv_head(input, file, csv) -%}
        {%- do heads.update({file: head}) -%}
        {%- if head.problem -%}
            {%- do problems.append(dbt_rfm._file_problem(input, file, head.problem, head.line)) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not problems -%}
        {%- do problems.extend(dbt_rfm._csv_header_problems(input, heads, csv)) -%}
    {%- endif -%}
    {%- if not problems -%}
        {%- for file, head in heads.items() -%}
            {%- do problems.extend(dbt_rfm._csv_line_problems(input, file, head, csv)) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if not problems -%}
        {%- do problems.extend(dbt_rfm._csv_delimiter_problems(input, heads, csv)) -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# The top of a text file: a dict of
     header     the cells of its header
     delimiter  the one that was set, or the one of , ; tab | that the header has most of
     lines      its first physical lines, None for a blank one
     problem    why it has no header, or none; line, the number of the line where that shows, or none #}
{% macro _csv_head(input, file, csv) %}
    {%- set head = {'header': [], 'delimiter': csv.delimiter or ',', 'lines': []} -%}
    {%- set error = dbt_rfm._duckdb_error('select * from ' ~ dbt_rfm.file_relation(file, csv)) -%}
    {%- if 'does not support the encoding' in error -%}
        {%- do head.update({
            'problem': 'is said to be of an encoding that DuckDB does not have here; save it as UTF-8, or'
            ~ ' write utf-8, utf-16 or latin-1 (others come with its extension encodings)'
        }) -%}
        {{- return(head) -}}
    {%- elif 'Invalid unicode' in error or 'encoded' in error -%}
        {%- set line = modules.re.search('on Line: ([0-9]+)', error) -%}
        {%- do head.update({
            'problem': dbt_rfm._wrong_encoding(input, file), 'line': line.group(1) if line else none
        }) -%}
        {{- return(head) -}}
    {%- endif -%}
    {#- Whole lines: cut at a character that no text has. -#}
    {%- do head.update({'lines': run_query(
        'select line from read_csv(' ~ dbt_rfm.text_literal(file) ~ ", auto_detect = false, header = false,"
        ~ " columns = {'line': 'VARCHAR'}, strict_mode = false, ignore_errors = true, "
        ~ dbt_rfm._csv_dialect(dict(csv, delimiter='\x01', quote='', escape='', skip=0)) ~ ') limit 100'
    ).columns[0].values() | list}) -%}
    {%- set lines = head.lines -%}
    {%- if '\x00' in lines[:2] | select | join('') -%}
        {%- do head.update({'problem': dbt_rfm._wrong_encoding(input, file)}) -%}
        {{- return(head) -}}
    {%- endif -%}
    {%- if not lines | select | list -%}
        {%- do head.update({
            'problem': 'is empty; write a glob that leaves it out, or give it a header line'
        }) -%}
        {{- return(head) -}}
    {%- endif -%}
    {%- set skip = csv.skip | int -%}
    {%- if lines | length <= skip or not lines[skip] -%}
        {%- set later = lines[skip:] | select | list -%}
        {%- do head.update({
            'problem': 'has a blank line ' ~ (skip + 1) ~ ' where its header should be; write '
            ~ dbt_rfm._csv_key(input, 'skip', lines.index(later[0], skip) if later else 0)
        }) -%}
        {{- return(head) -}}
    {%- endif -%}

    {#- A header's cell may hold line breaks: it goes on while a quote is open. -#}
    {%- set quote = csv.quote or '\x01' -%}
    {%- set header = namespace(text='', is_open=true) -%}
    {%- for line in lines[skip:] if header.is_open -%}
        {%- set header.text = header.text ~ ('' if loop.first else '\n') ~ (line or '') -%}
        {%- set header.is_open = header.text.count(quote) % 2 == 1 -%}
    {%- endfor -%}
    {%- if csv.delimiter is none -%}
        {%- set pattern = modules.re.escape(quote) -%}
        {%- set unquoted = modules.re.sub(pattern ~ '[^' ~ pattern ~ ']*' ~ pattern, '', header.text) -%}
        {%- for delimiter in [',', ';', '\t', '|']
            if unquoted.count(delimiter) > unquoted.count(head.delimiter) -%}
            {%- do head.update({'delimiter': delimiter}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do head.update({'header': dbt_rfm._csv_cells(header.text, head.delimiter, quote)}) -%}
    {{- return(head) -}}
{% endmacro %}

{# The cells of a line, without quotes. #}
{% macro _csv_cells(line, delimiter, quote) %}
    {%- set end, mark = modules.re.escape(delimiter), modules.re.escape(quote) -%}
    {%- set cells = [] -%}
    {%- for cell in modules.re.findall(
        '(?:^|' ~ end ~ ')(' ~ mark ~ '(?:[^' ~ mark ~ ']|' ~ mark ~ mark ~ ')*' ~ mark ~ '|[^' ~ end ~ ']*)',
        line.lstrip('\ufeff')
    ) -%}
        {%- if cell.startswith(quote) -%}
            {%- do cells.append(cell[1:-1].replace(quote ~ quote, quote)) -%}
        {%- else -%}
            {%- do cells.append(cell) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(cells) -}}
{% endmacro %}

{# Mapped columns that the headers lack, or have twice; files of several delimiters. #}
{% macro _csv_header_problems(input, heads, csv) %}
    {%- set problems = [] -%}
    {%- set wanted = dbt_rfm._plain_columns(input) -%}
    {%- set names = wanted.values() | map('lower') | list -%}
    {%- set delimiters, missing = {}, {} -%}
    {%- for file, head in heads.items() -%}
        {%- do delimiters.setdefault(head.delimiter, file) -%}
        {%- set header = head.header | map('lower') | list -%}
        {%- for name in names | unique if header.count(name) > 1 -%}
            {%- do problems.append(dbt_rfm._file_problem(
                input, file, 'has ' ~ header.count(name) ~ ' columns named "' ~ name
                ~ '", of which one is mapped; give each a name of its own'
            )) -%}
        {%- endfor -%}
        {%- set lacking = names | reject('in', header) | list -%}
        {%- if names and lacking | length == names | length -%}
            {%- do problems.extend(dbt_rfm._no_header_problem(input, file, head, csv, names)) -%}
        {%- else -%}
            {%- for column, name in wanted.items() if name | lower in lacking -%}
                {%- do missing.setdefault(column, []).append(file) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {#- What no file has is not a fault of the files. -#}
    {%- for column, files in missing.items() if files | length < heads | length -%}
        {%- for file in files -%}
            {%- do problems.append(dbt_rfm._missing_column(
                input, file, column, wanted[column], heads[file].header
            )) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if delimiters | length > 1 -%}
        {%- set found = [] -%}
        {%- for delimiter, file in delimiters.items() -%}
            {%- do found.append(
                '"' ~ (delimiter if delimiter != '\t' else 'tab') ~ '" in ' ~ file
            ) -%}
        {%- endfor -%}
        {%- do problems.append(
            'var rfm_' ~ input ~ '_path: found several delimiters, ' ~ found | join(' and ')
            ~ '; write files with the same one, or ' ~ dbt_rfm._csv_key(input, 'delimiter', "';'")
            ~ ' with theirs where a header misleads'
        ) -%}
    {%- endif -%}
    {%- if not problems -%}
        {%- do problems.extend(dbt_rfm._csv_expression_problems(input, heads)) -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# Expressions that some files have no columns for, though others have. #}
{% macro _csv_expression_problems(input, heads) %}
    {%- set problems, reasons = [], {} -%}
    {%- set checked = {} -%}
    {%- for file, head in heads.items() -%}
        {%- set header = head.header | join('\x01') -%}
        {%- if header not in checked -%}
            {%- set found = {} -%}
            {%- for column, expression in dbt_rfm._mapped_expressions(input).items() -%}
                {%- set reason = dbt_rfm.query_problem(
                    'select (' ~ expression ~ '\n) as mapped from ' ~ dbt_rfm._text_columns(head.header),
                    file
                ) -%}
                {%- if reason -%}
                    {%- do found.update({column: reason}) -%}
                {%- endif -%}
            {%- endfor -%}
            {%- do checked.update({header: found}) -%}
        {%- endif -%}
        {%- do reasons.update({file: checked[header]}) -%}
    {%- endfor -%}
    {#- What holds of all files is said of the expression. -#}
    {%- if checked | length > 1 -%}
        {%- for file, found in reasons.items() -%}
            {%- for column, reason in found.items()
                if reasons.values() | selectattr(column) | list | length < heads | length -%}
                {%- do problems.append(dbt_rfm._file_problem(
                    input, file, 'lacks what rfm_' ~ input[:-1] ~ '_columns.' ~ column ~ ' ("'
                    ~ dbt_rfm._mapped_expressions(input)[column] ~ '") reads: ' ~ reason
                    ~ '; write files with the same columns'
                )) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# A FROM item without rows that has these columns of text. #}
{% macro _text_columns(names) %}
    {%- set columns, seen = [], [] -%}
    {%- for name in names if name | lower not in seen -%}
        {%- do seen.append(name | lower) -%}
        {%- do columns.append('cast(null as varchar) as ' ~ adapter.quote((name or 'unnamed') | replace('"', '""'))) -%}
    {%- endfor -%}
    {{- return('(select ' ~ columns | join(', ') ~ ') as input_columns') -}}
{% endmacro %}

{# A file in whose header not one mapped column stands: lines above the header, or no header. #}
{% macro _no_header_problem(input, file, head, csv, names) %}
    {%- set place = namespace(line=none) -%}
    {%- for line in head.lines if line and place.line is none -%}
        {%- for delimiter in [csv.delimiter or ',', ';', '\t', '|'] -%}
            {%- set cells = dbt_rfm._csv_cells(line, delimiter, csv.quote or '\x01') | map('lower') | list -%}
            {%- if not names | reject('in', cells) | list -%}
                {%- set place.line = head.lines.index(line) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if place.line is not none -%}
        {{- return([dbt_rfm._file_problem(
            input, file, 'has its header on line ' ~ (place.line + 1) ~ '; write '
            ~ dbt_rfm._csv_key(input, 'skip', place.line) ~ ', and take out lines below the rows, if there are any'
        )]) -}}
    {%- endif -%}
    {%- set data = [] -%}
    {%- for cell in head.header if modules.re.match('^[\\s+-]*[0-9]', cell) -%}
        {%- do data.append(cell) -%}
    {%- endfor -%}
    {%- if data -%}
        {%- set quoted = '' if dbt_rfm.rfm_setting('rfm_pseudonymise')
            else ' (line ' ~ (csv.skip | int + 1) ~ ' begins ' ~ head.header[:3] | join(', ') ~ ')' -%}
        {{- return([dbt_rfm._file_problem(
            input, file, 'has no header line' ~ quoted ~ '; give it one that names its columns'
        )]) -}}
    {%- endif -%}
    {{- return([]) -}}
{% endmacro %}

{# Lines that are damaged, each with its number: found by reading the whole file once. Expressions over
   cells that cannot be computed are found in the same reading. #}
{% macro _csv_line_problems(input, file, head, csv) %}
    {%- set mixed = dbt_rfm._mixed_line_ends(file, csv) -%}
    {%- if mixed -%}
        {{- return([dbt_rfm._file_problem(input, file, mixed)]) -}}
    {%- endif -%}
    {%- set columns, seen = [], [] -%}
    {%- for name in head.header -%}
        {%- set name = name if name and name | lower not in seen else name ~ '\x01' ~ loop.index -%}
        {%- do seen.append(name | lower) -%}
        {%- do columns.append(dbt_rfm.text_literal(name) ~ ": 'VARCHAR'") -%}
    {%- endfor -%}
    {%- set relation -%}
        read_csv(
            {{ dbt_rfm.text_literal(file) }}, auto_detect = false, header = true,
            columns = { {{- columns | join(', ') -}} }, store_rejects = true,
            rejects_table = 'rfm_csv_errors', rejects_scan = 'rfm_csv_scans',
            {{ dbt_rfm._csv_dialect(dict(csv, delimiter=head.delimiter)) }}
        )
    {%- endset -%}
    {%- do dbt_rfm._forget_csv_errors() -%}
    {%- set problems = dbt_rfm._cell_problems(
        input, file, relation,
        'cannot be read to its end as CSV: most often its lines end in different ways, some with CR LF'
        ~ ' and some with LF; save it again with one kind of line end'
    ) -%}
    {#- A line of too many or too few cells is one error a cell. -#}
    {%- set errors = run_query(
        "select line, min(cast(error_type as varchar)), max(column_idx),"
        ~ " bool_or(contains(csv_line, '\\\"')), count(*) over ()"
        ~ ' from rfm_csv_errors group by line order by line limit 3'
    ).rows -%}
    {%- do dbt_rfm._forget_csv_errors() -%}
    {%- for line, kind, cells, has_backslash, lines in errors -%}
        {%- do problems.append(dbt_rfm._file_problem(
            input, file,
            dbt_rfm._wrong_encoding(input, file) if kind == 'INVALID ENCODING' else {
                'TOO MANY COLUMNS': 'has ' ~ cells ~ ' cells, the header ' ~ head.header | length
                    ~ '; put a cell that holds the delimiter into quotes',
                'MISSING COLUMNS': 'has fewer cells than the header (' ~ head.header | length
                    ~ '): it is cut off, or no row; complete it or take it out',
                'UNQUOTED VALUE': 'has a quote that is not closed, or text behind one that is; double'
                    ~ ' each quote within a cell'
                    ~ (', or write ' ~ dbt_rfm._csv_key(input, 'escape', "'\\'") if has_backslash else ''),
            }.get(kind, 'cannot be read (' ~ kind | lower ~ '); mend it or take it out'),
            line ~ (' (' ~ lines ~ ' such lines)' if loop.last and lines > loop.length else '')
        )) -%}
    {%- endfor -%}
    {{- return(problems) -}}
{% endmacro %}

{# What the engine itself makes of the header: the same columns, or the delimiter has to be told. #}
{% macro _csv_delimiter_problems(input, heads, csv) %}
    {%- set problems = [] -%}
    {%- for file, head in heads.items() if csv.delimiter is none -%}
        {%- set relation = dbt_rfm.file_relation(file, csv) -%}
        {%- set reason = dbt_rfm.query_problem('select * from ' ~ relation, file) -%}
        {%- set columns = 0 if reason
            else get_column_schema_from_query('select * from ' ~ relation) | length -%}
        {%- if columns != head.header | length -%}
            {%- do problems.append(dbt_rfm._file_problem(
                input, file, 'does not tell its delimiter; write '
                ~ dbt_rfm._csv_key(input, 'delimiter', "'" ~ head.delimiter ~ "'")
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(problems) -}}
{% endmacro %}

{# Where the line ends of a file change, if they do; none for a file that is packed or very large: there
   the reading itself stops. Line breaks within quotes may be of any kind. #}
{% macro _mixed_line_ends(file, csv) %}
    {%- set name = dbt_rfm.text_literal(file) -%}
    {%- if (file | lower).endswith('.gz') or (file | lower).endswith('.zst') or csv.encoding
        or dbt_rfm._file_size(file) > 64 * 1024 * 1024 -%}
        {{- return(none) -}}
    {%- endif -%}
    {%- set query -%}
        with files as (

            select try(decode(content)) as content
            from read_blob({{ name }})

        ),

        ends as (

            select
                content,
                regexp_extract(content, '^(?:"[^"]*"|[^"\r\n])*(\r\n|\n|\r)', 1) as line_end
            from files
            where contains(content, chr(13))

        ),

        alike as (

            select
                content,
                line_end,
                regexp_extract(
                    content,
                    case line_end
                        when chr(13) || chr(10) then '^(?:"[^"]*"|[^"\r\n]|\r\n)*'
                        when chr(10) then '^(?:"[^"]*"|[^"\r\n]|\n)*'
                        else '^(?:"[^"]*"|[^"\r\n]|\r)*'
                    end
                ) as part
            from ends

        )

        select
            line_end,
            1 + length(regexp_replace(replace(part, chr(13) || chr(10), chr(10)), '[^\r\n]', '', 'g'))
                as line
        from alike
        where content[length(part) + 1] in (chr(10), chr(13))
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {%- if rows -%}
        {%- set names = {'\r\n': 'CR LF', '\n': 'LF', '\r': 'CR'} -%}
        {{- return(
            'changes its line ends in line ' ~ rows[0][1] ~ ': they are ' ~ names[rows[0][0]]
            ~ ' up to there; save it again with one kind of line end'
        ) -}}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}

{% macro _wrong_encoding(input, file) %}
    {{- return(
        'is not UTF-8; save it as UTF-8 (Excel: "CSV UTF-8"; or: iconv -f GBK -t UTF-8 '
        ~ file ~ ' > utf8.csv), or write its encoding, such as '
        ~ dbt_rfm._csv_key(input, 'encoding', 'utf-16') ~ ' or latin-1'
    ) -}}
{% endmacro %}

{# What to write into the var that tells how text files are written, as YAML. #}
{% macro _csv_key(input, key, value) %}
    {{- return('rfm_' ~ input ~ '_csv: {' ~ key ~ ': ' ~ value ~ '}') -}}
{% endmacro %}

{% macro _forget_csv_errors() %}
    {%- do run_query('drop table if exists rfm_csv_errors') -%}
    {%- do run_query('drop table if exists rfm_csv_scans') -%}
{% endmacro %}
