{# What is wrong with the text files of an input: a list of messages, each with the file, the line where
   it is known, and what to write. From the top of all files to the lines of each, for what is said
   first explains the rest. DuckDB alone reads files, so this is its SQL. #}
{% macro csv_problems(input, files) %}
    {%- set csv = dbt_rfm.rfm_csv_options(input) -%}
    {%- set problems = [] -%}
    {%- set heads = dbt_rfm._csv_heads(input, files, csv) -%}
    {%- for file, head in heads.items() if head.problem -%}
        {%- do problems.append(dbt_rfm._file_problem(input, file, head.problem, head.line)) -%}
    {%- endfor -%}
    {%- if not problems -%}
        {%- do problems.extend(dbt_rfm._csv_header_problems(input, heads, csv)) -%}
    {%- endif -%}
    {%- if not problems -%}
        {%- do problems.extend(dbt_rfm._csv_line_problems(input, heads, csv)) -%}
    {%- endif -%}
    {%- if not problems and csv.delimiter is none -%}
        {%- do problems.extend(dbt_rfm._csv_delimiter_problems(input, heads, csv)) -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# The top of each file: file -> a dict of
     header     the cells of its header
     delimiter  the one that was set, or the one of , ; tab | that the header has most of
     problem    why it has no header, or none; line, the number of the line where that shows, or none #}
{% macro _csv_heads(input, files, csv) %}
    {%- set heads, opened = {}, [] -%}
    {%- for file, error in dbt_rfm._csv_errors(files, csv).items() -%}
        {%- set head = {'header': [], 'delimiter': csv.delimiter or ','} -%}
        {%- if 'does not support the encoding' in error -%}
            {%- do head.update({
                'problem': 'is said to be of an encoding that DuckDB does not have here; save it as UTF-8,'
                ~ ' or write utf-8, utf-16 or latin-1 (others come with its extension encodings)'
            }) -%}
        {%- elif 'Invalid unicode' in error or 'encoded' in error -%}
            {%- set line = modules.re.search('on Line: ([0-9]+)', error) -%}
            {%- do head.update({
                'problem': dbt_rfm._wrong_encoding(input, file), 'line': line.group(1) if line else none
            }) -%}
        {%- else -%}
            {%- do opened.append(file) -%}
        {%- endif -%}
        {%- do heads.update({file: head}) -%}
    {%- endfor -%}

    {%- set skip = csv.skip | int -%}
    {%- for file, lines in dbt_rfm._first_lines(opened, csv, skip + 1).items() -%}
        {%- set head = heads[file] -%}
        {%- if lines | length > skip and lines[skip] -%}
            {%- do dbt_rfm._read_csv_header(input, file, lines[skip], head, csv) -%}
        {%- else -%}
            {%- set lines = dbt_rfm._first_lines([file], csv, 100)[file] -%}
            {%- set later = lines[skip:] | select | list -%}
            {%- do head.update({
                'problem': 'has a blank line ' ~ (skip + 1) ~ ' where its header should be; write '
                    ~ dbt_rfm._csv_key(input, 'skip', lines.index(later[0], skip) if later else 0)
                    if lines | select | list
                    else 'is empty; write a glob that leaves it out, or give it a header line'
            }) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(heads) -}}
{% endmacro %}

{# What DuckDB says of each file when it plans to read it: file -> all lines of its error, or no text. #}
{% macro _csv_errors(files, csv) %}
    {%- set query -%}
        select
            file,
            json_serialize_plan(
                replace(
                    {{ dbt_rfm.text_literal('select * from ' ~ dbt_rfm.file_relation('(file).csv', csv)) }},
                    '(file).csv',
                    replace(file, '''', '''''')
                )
            ) as plan
        from (
            select unnest({{ dbt_rfm._file_list(files) }}) as file
        ) as files
    {%- endset -%}
    {%- set errors = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- do errors.update({files[loop.index0]: dbt_rfm._error_of_plan(row[1])}) -%}
    {%- endfor -%}
    {{- return(errors) -}}
{% endmacro %}

{# The first physical lines of each file: file -> list of lines, none for a blank one. #}
{% macro _first_lines(files, csv, number) %}
    {%- set lines = {} -%}
    {%- for some_files in files | batch(100) -%}
        {%- set queries = [] -%}
        {%- for file in some_files -%}
            {#- Whole lines: cut at a character that no text has. -#}
            {%- do queries.append(
                'select ' ~ loop.index0 ~ ' as file_number, to_json(list(line)) as lines from (select line'
                ~ ' from read_csv(' ~ dbt_rfm._file_list([file]) ~ ', auto_detect = false, header = false,'
                ~ " columns = {'line': 'VARCHAR'}, strict_mode = false, ignore_errors = true, "
                ~ dbt_rfm._csv_dialect(dict(csv, delimiter='\x01', quote='', escape='', skip=0))
                ~ ') limit ' ~ number ~ ') as first_lines'
            ) -%}
        {%- endfor -%}
        {%- for row in run_query(queries | join(' union all ')).rows -%}
            {%- do lines.update({some_files[row[0] | int]: fromjson(row[1]) if row[1] else []}) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(lines) -}}
{% endmacro %}

{# Puts header and delimiter into the head of a file, whose header begins with this line. #}
{% macro _read_csv_header(input, file, line, head, csv) %}
    {%- if '\x00' in line -%}
        {%- do head.update({'problem': dbt_rfm._wrong_encoding(input, file)}) -%}
        {{- return('') -}}
    {%- endif -%}
    {%- set quote = csv.quote or '\x01' -%}
    {%- set header = namespace(text=line, is_open=line.count(quote) % 2 == 1) -%}
    {%- if header.is_open -%}
        {#- A cell of the header may hold line breaks: it goes on while a quote is open. -#}
        {%- for more in dbt_rfm._first_lines([file], csv, 100)[file][csv.skip | int + 1:]
            if header.is_open -%}
            {%- set header.text = header.text ~ '\n' ~ (more or '') -%}
            {%- set header.is_open = header.text.count(quote) % 2 == 1 -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if csv.delimiter is none -%}
        {%- set mark = modules.re.escape(quote) -%}
        {%- set unquoted = modules.re.sub(mark ~ '[^' ~ mark ~ ']*' ~ mark, '', header.text) -%}
        {%- for delimiter in [',', ';', '\t', '|']
            if unquoted.count(delimiter) > unquoted.count(head.delimiter) -%}
            {%- do head.update({'delimiter': delimiter}) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- do head.update({'header': dbt_rfm._csv_cells(header.text, head.delimiter, quote)}) -%}
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
        {%- set no_header = dbt_rfm._no_header_problem(input, file, head, csv, names)
            if names and lacking | length == names | length else none -%}
        {%- if no_header -%}
            {%- do problems.append(no_header) -%}
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

{# Why not one mapped column stands in the header of a file: lines above it, or none; none where it looks
   like a header of other columns. #}
{% macro _no_header_problem(input, file, head, csv, names) %}
    {%- set place = namespace(line=none) -%}
    {%- set lines = dbt_rfm._first_lines([file], csv, 100)[file] -%}
    {%- for line in lines if line and place.line is none -%}
        {%- for delimiter in [csv.delimiter or ',', ';', '\t', '|'] -%}
            {%- set cells = dbt_rfm._csv_cells(line, delimiter, csv.quote or '\x01') | map('lower') | list -%}
            {%- if not names | reject('in', cells) | list -%}
                {%- set place.line = lines.index(line) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if place.line is not none -%}
        {{- return(dbt_rfm._file_problem(
            input, file, 'has its header on line ' ~ (place.line + 1) ~ '; write '
            ~ dbt_rfm._csv_key(input, 'skip', place.line)
            ~ ', and take out lines below the rows, if there are any'
        )) -}}
    {%- endif -%}
    {%- for cell in head.header if modules.re.match('^[\\s+-]*[0-9]', cell) -%}
        {%- set quoted = '' if dbt_rfm.rfm_setting('rfm_pseudonymise')
            else ' (line ' ~ (csv.skip | int + 1) ~ ' begins ' ~ head.header[:3] | join(', ') ~ ')' -%}
        {{- return(dbt_rfm._file_problem(
            input, file, 'has no header line' ~ quoted ~ '; give it one that names its columns'
        )) -}}
    {%- endfor -%}
    {{- return(none) -}}
{% endmacro %}

{# Lines that are damaged, each with its number: found by reading all files once. Expressions that
   cannot be computed for some cells are found in the same reading. #}
{% macro _csv_line_problems(input, heads, csv) %}
    {%- set problems, small_files, known, groups = [], [], {}, {} -%}
    {%- set sizes = dbt_rfm._file_sizes(heads | list) -%}
    {%- set is_plain = not csv.encoding and csv.quote == '"' and csv.escape == '"' -%}
    {%- for file in heads
        if is_plain and sizes[file] <= 64 * 1024 * 1024 and not dbt_rfm._is_packed(file) -%}
        {%- do small_files.append(file) -%}
    {%- endfor -%}
    {%- if small_files -%}
        {%- do known.update(dbt_rfm._line_ends(small_files)) -%}
    {%- endif -%}
    {#- Files with the same columns are read together. One by one those whose line ends are not known, for
       there DuckDB may stop and name no file; and those of an odd number of quotes: of several files it
       forgets a quote that is open at the end of one. -#}
    {%- for file, head in heads.items() -%}
        {%- set problem = known.get(file, {}).problem -%}
        {%- set is_alone = known.get(file, {}).has_odd_quotes != false -%}
        {%- if problem -%}
            {%- do problems.append(dbt_rfm._file_problem(input, file, problem)) -%}
        {%- else -%}
            {%- set group = [head.delimiter, head.header | join('\x01'), file if is_alone else ''] -%}
            {%- do groups.setdefault(group | join('\x02'), []).append(file) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for files in groups.values() -%}
        {%- do problems.extend(dbt_rfm._csv_group_problems(input, files, heads[files[0]], csv)) -%}
    {%- endfor -%}
    {{- return(problems) -}}
{% endmacro %}

{# The same for files with the same columns. #}
{% macro _csv_group_problems(input, files, head, csv) %}
    {%- set columns, seen = [], [] -%}
    {%- for name in head.header -%}
        {%- set name = name if name and name | lower not in seen else name ~ '\x01' ~ loop.index -%}
        {%- do seen.append(name | lower) -%}
        {%- do columns.append(dbt_rfm.text_literal(name) ~ ": 'VARCHAR'") -%}
    {%- endfor -%}
    {%- set relation -%}
        read_csv(
            {{ dbt_rfm._file_list(files) }}, auto_detect = false, header = true,
            columns = { {{- columns | join(', ') -}} }, store_rejects = true,
            rejects_table = 'rfm_csv_errors', rejects_scan = 'rfm_csv_scans',
            {{ dbt_rfm._csv_dialect(dict(csv, delimiter=head.delimiter)) }}
        )
    {%- endset -%}
    {%- do dbt_rfm._forget_csv_errors() -%}
    {%- set problems = dbt_rfm._cell_problems(
        input, files, relation,
        'cannot be read to its end as CSV: most often its lines end in different ways, some with CR LF'
        ~ ' and some with LF; save it again with one kind of line end'
    ) -%}
    {#- A line of too many or too few cells is one error a cell. -#}
    {%- set query -%}
        with damaged_lines as (

            select
                scans.file_path,
                errors.line,
                -- Behind a quote that is not closed DuckDB takes a letter for another encoding.
                coalesce(
                    max(cast(errors.error_type as varchar)) filter (
                        where errors.error_type = 'UNQUOTED VALUE'
                    ),
                    min(cast(errors.error_type as varchar))
                ) as kind,
                max(errors.column_idx) as cells,
                bool_or(contains(errors.csv_line, '\"')) as has_backslash
            from rfm_csv_errors as errors
            inner join rfm_csv_scans as scans
                on
                    errors.scan_id = scans.scan_id
                    and errors.file_id = scans.file_id
            group by scans.file_path, errors.line

        )

        select *
        from (
            select
                *,
                row_number() over (partition by file_path order by line) as place,
                count(*) over (partition by file_path) as lines
            from damaged_lines
        ) as numbered
        where place <= 3
        order by file_path, line
    {%- endset -%}
    {%- for row in run_query(query).rows -%}
        {%- do problems.append(dbt_rfm._file_problem(
            input, row['file_path'],
            dbt_rfm._wrong_encoding(input, row['file_path']) if row['kind'] == 'INVALID ENCODING' else {
                'TOO MANY COLUMNS': 'has ' ~ row['cells'] ~ ' cells, the header ' ~ head.header | length
                    ~ '; put a cell that holds the delimiter into quotes',
                'MISSING COLUMNS': 'has fewer cells than the header (' ~ head.header | length
                    ~ '): it is cut off, or no row; complete it or take it out',
                'UNQUOTED VALUE': 'has a quote that is not closed, or text behind one that is; double'
                    ~ ' each quote within a cell, or write '
                    ~ (
                        dbt_rfm._csv_key(input, 'escape', "'\\'") if row['has_backslash']
                        else dbt_rfm._csv_key(input, 'quote', '""') ~ ' where nothing is quoted'
                    ),
            }.get(row['kind'], 'cannot be read (' ~ row['kind'] | lower ~ '); mend it or take it out'),
            row['line'] ~ (
                ' (' ~ row['lines'] ~ ' such lines)' if row['place'] == 3 and row['lines'] > 3 else ''
            )
        )) -%}
    {%- endfor -%}
    {%- do dbt_rfm._forget_csv_errors() -%}
    {{- return(problems) -}}
{% endmacro %}

{# Where the engine itself makes another delimiter of a file than its header, it has to be told. #}
{% macro _csv_delimiter_problems(input, heads, csv) %}
    {%- set problems = [] -%}
    {%- for some_files in heads | list | batch(100) -%}
        {%- set queries = [] -%}
        {%- for file in some_files -%}
            {%- do queries.append(
                'select ' ~ loop.index0 ~ ' as file_number, len(columns) as columns from sniff_csv('
                ~ dbt_rfm.text_literal(dbt_rfm._exactly(file)) ~ ', header = true, all_varchar = true, '
                ~ dbt_rfm._csv_dialect(csv) ~ ')'
            ) -%}
        {%- endfor -%}
        {%- for row in run_query(queries | join(' union all ')).rows -%}
            {%- set head = heads[some_files[row[0] | int]] -%}
            {%- if row[1] | int != head.header | length -%}
                {%- do problems.append(dbt_rfm._file_problem(
                    input, some_files[row[0] | int], 'does not tell its delimiter; write '
                    ~ dbt_rfm._csv_key(input, 'delimiter', "'" ~ head.delimiter ~ "'")
                )) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {{- return(problems) -}}
{% endmacro %}

{# What the text of small files says of their lines: file -> a dict of
     problem         where its line ends change, or none; within quotes they may be of any kind
     has_odd_quotes  whether a quote may be open #}
{% macro _line_ends(files) %}
    {%- set query -%}
        with files as (

            select
                filename,
                try(decode(content)) as content
            from read_blob({{ dbt_rfm._file_list(files) }})

        ),

        ends as (

            select
                *,
                case
                    when contains(content, chr(13))
                        then regexp_extract(content, '^(?:"[^"]*"|[^"\r\n])*(\r\n|\n|\r)', 1)
                end as line_end
            from files

        ),

        alike as (

            select
                *,
                regexp_extract(
                    content,
                    case line_end
                        when chr(13) || chr(10) then '^(?:"[^"]*"|[^"\r\n]|\r\n)*'
                        when chr(10) then '^(?:"[^"]*"|[^"\r\n]|\n)*'
                        when chr(13) then '^(?:"[^"]*"|[^"\r\n]|\r)*'
                    end
                ) as part
            from ends

        )

        select
            filename,
            line_end,
            case
                when content[length(part) + 1] in (chr(10), chr(13))
                    then
                        1 + length(regexp_replace(
                            replace(part, chr(13) || chr(10), chr(10)), '[^\r\n]', '', 'g'
                        ))
            end as line,
            mod(length(content) - length(replace(content, '"', '')), 2) = 1 as has_odd_quotes
        from alike
    {%- endset -%}
    {%- set known = {} -%}
    {%- for file, line_end, line, has_odd_quotes in run_query(query).rows -%}
        {%- do known.update({file: {
            'has_odd_quotes': has_odd_quotes,
            'problem':
                'changes its line ends in line ' ~ line ~ ': they are '
                ~ {'\r\n': 'CR LF', '\n': 'LF', '\r': 'CR'}[line_end]
                ~ ' up to there; save it again with one kind of line end' if line else none
        }}) -%}
    {%- endfor -%}
    {{- return(known) -}}
{% endmacro %}

{% macro _wrong_encoding(input, file) %}
    {%- set given = dbt_rfm.rfm_csv_options(input).encoding -%}
    {{- return(
        'is not ' ~ (given or 'UTF-8') ~ '; save it as UTF-8 (Excel: "CSV UTF-8"; or: iconv -f GB18030'
        ~ ' -t UTF-8 ' ~ file ~ ' > utf8.csv, with WINDOWS-1252 for a Western file)'
        ~ (
            ' and take rfm_' ~ input ~ '_csv.encoding out' if given
            else ', or write its encoding, such as ' ~ dbt_rfm._csv_key(input, 'encoding', 'utf-16')
            ~ ' or latin-1'
        )
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
