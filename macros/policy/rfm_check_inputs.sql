{# Looks up the inputs' files and columns and checks every var. Raises one error that lists all
   problems, each with the var, the value found and what to write. Called by stg_rfm__input_check
   alone, and only when it is built, so that parsing and listing go on with wrong vars. #}
{% macro rfm_check_inputs() %}
    {#- What is looked up must be built first: dbt sees that from these calls when it parses. -#}
    {%- for input in dbt_rfm._inputs() -%}
        {%- do dbt_rfm.rfm_input(input) -%}
    {%- endfor -%}
    {%- set own_policy = dbt_rfm.rfm_setting('rfm_policy') -%}
    {%- for seed in dbt_rfm.rfm_policy_columns() if own_policy.get(seed) is string -%}
        {%- do dbt_rfm._user_ref(own_policy[seed]) -%}
    {%- endfor -%}

    {#- What is only compiled or documented needs no input to be there. -#}
    {%- if execute and flags.WHICH in ['run', 'build', 'retry', 'test'] -%}
        {%- set problems = dbt_rfm._problems_with_names() + dbt_rfm._problems_with_values() -%}
        {%- for input in dbt_rfm._inputs() -%}
            {%- do problems.extend(dbt_rfm._problems_with_input(input)) -%}
        {%- endfor -%}
        {%- do problems.extend(dbt_rfm._problems_with_filters()) -%}
        {%- do problems.extend(dbt_rfm._problems_with_policy_columns()) -%}
        {%- do problems.extend(dbt_rfm._problems_with_salt()) -%}
        {%- do problems.extend(dbt_rfm._problems_with_materializations()) -%}
        {%- do problems.extend(dbt_rfm.other_builds()) -%}
        {%- if problems -%}
            {%- do exceptions.raise_compiler_error(
                'dbt_rfm found ' ~ problems | length ~ ' problem(s) with its inputs:\n  - '
                ~ problems | join('\n  - ')
            ) -%}
        {%- endif -%}
    {%- endif -%}
{% endmacro %}

{# Vars of the command line that do not exist, and unknown keys of the map vars. #}
{% macro _problems_with_names() %}
    {%- set known = [
        'rfm_demo', 'rfm_as_of_date', 'rfm_latest_order_date', 'rfm_enabled_schemes', 'rfm_policy',
        'rfm_scheme_filters', 'rfm_refunds', 'rfm_max_order_quantity', 'rfm_pseudonymise',
        'rfm_salt_table', 'rfm_report_date', 'rfm_min_cell_customers', 'rfm_min_insight_customers',
        'rfm_insight_recency_days', 'rfm_demand_scheme', 'rfm_rejected_statuses', 'rfm_allowed_rejects',
        'rfm_outcome_months', 'rfm_history_periods', 'rfm_keep_reported',
        'rfm_daily_capacity',
    ] -%}
    {%- for input in dbt_rfm._inputs() -%}
        {%- for kind in ['path', 'model', 'database', 'schema', 'table', 'columns', 'csv'] -%}
            {%- do known.append('rfm_' ~ input ~ '_' ~ kind) -%}
        {%- endfor -%}
        {%- do known.append('rfm_' ~ input[:-1] ~ '_columns') -%}
    {%- endfor -%}

    {%- set problems = [] -%}
    {%- set typed = invocation_args_dict.get('vars') or {} -%}
    {%- set typed = fromyaml(typed) if typed is string else typed -%}
    {%- for name in typed if name.startswith('rfm_') and name not in known -%}
        {%- do problems.append(
            'var ' ~ name ~ ': there is no such var; write one of ' ~ known | join(', ')
        ) -%}
    {%- endfor -%}

    {%- set maps = {
        'rfm_policy': (
            var('rfm_policy', none) or {}, dbt_rfm.rfm_policy_columns() | list
        ),
    } -%}
    {%- for input in dbt_rfm._inputs() -%}
        {%- do maps.update({'rfm_' ~ input[:-1] ~ '_columns': (
            dbt_rfm._given_column_map(input), dbt_rfm.rfm_contract_columns(input) | list
        )}) -%}
    {%- endfor -%}
    {%- for input in dbt_rfm._inputs()
        if dbt_rfm._is_set('rfm_' ~ input ~ '_columns') and dbt_rfm._is_set('rfm_' ~ input[:-1] ~ '_columns') -%}
        {%- do problems.append(
            'vars rfm_' ~ input[:-1] ~ '_columns and rfm_' ~ input
            ~ '_columns: they mean the same; write the first one only'
        ) -%}
    {%- endfor -%}
    {%- for name, (given, keys) in maps.items() -%}
        {%- if given is not mapping -%}
            {%- do problems.append(dbt_rfm._problem(
                name, given, 'a map, such as {' ~ keys[0] ~ ': ...}'
            )) -%}
        {%- else -%}
            {%- for key, value in given.items() -%}
                {%- if key not in keys -%}
                    {%- do problems.append(dbt_rfm._unknown_key(name, key, keys)) -%}
                {%- elif value is not none and (value is not string or not value.strip()) -%}
                    {%- do problems.append(dbt_rfm._problem(
                        name ~ '.' ~ key, value,
                        'the name of a seed or model' if name == 'rfm_policy'
                        else 'a SQL expression over your table, in quotes'
                    )) -%}
                {%- endif -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(problems) -}}
{% endmacro %}

{# Values of the plain vars that mean nothing. #}
{% macro _problems_with_values() %}
    {%- set problems = [] -%}
    {%- for name in ['rfm_as_of_date', 'rfm_latest_order_date', 'rfm_report_date'] -%}
        {%- set value = dbt_rfm.rfm_setting(name) -%}
        {%- if value is not none and not dbt_rfm._is_date(value | string) -%}
            {%- do problems.append(dbt_rfm._problem(
                name, value, 'a day of the calendar as YYYY-MM-DD, such as 2024-12-31'
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if dbt_rfm.rfm_setting('rfm_refunds') not in ['reject', 'net'] -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_refunds', dbt_rfm.rfm_setting('rfm_refunds'), 'reject or net'
        )) -%}
    {%- endif -%}
    {%- set limit = dbt_rfm.rfm_setting('rfm_max_order_quantity') -%}
    {%- if limit is not none and not modules.re.match('^[1-9][0-9]{0,11}$', limit | string) -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_max_order_quantity', limit, 'a whole number of pieces from 1, such as 1000'
        )) -%}
    {%- endif -%}
    {%- set capacity = dbt_rfm.rfm_setting('rfm_daily_capacity') -%}
    {%- if capacity is not none and not modules.re.match('^[1-9][0-9]{0,8}$', capacity | string) -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_daily_capacity', capacity,
            'a whole number of contacts a working day from 1, such as 40, or leave it out'
        )) -%}
    {%- endif -%}
    {%- for name in ['rfm_min_cell_customers', 'rfm_min_insight_customers'] -%}
        {%- set value = dbt_rfm.rfm_setting(name) -%}
        {%- if not modules.re.match('^[1-9][0-9]{0,5}$', value | string) -%}
            {%- do problems.append(dbt_rfm._problem(
                name, value, 'a whole number of customers from 1, such as 5'
            )) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set months = dbt_rfm.rfm_setting('rfm_outcome_months') -%}
    {%- if not modules.re.match('^([1-9]|1[0-9]|2[0-4])$', months | string) -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_outcome_months', months, 'a whole number of months from 1 to 24, such as 3'
        )) -%}
    {%- endif -%}
    {%- set periods = dbt_rfm.rfm_setting('rfm_history_periods') -%}
    {%- if not modules.re.match('^([1-9]|[1-9][0-9]|1[01][0-9]|120)$', periods | string) -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_history_periods', periods, 'a whole number of periods from 1 to 120, such as 13'
        )) -%}
    {%- endif -%}
    {%- set days = dbt_rfm.rfm_setting('rfm_insight_recency_days') -%}
    {%- if not modules.re.match('^[1-9][0-9]{0,5}$', days | string) -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_insight_recency_days', days, 'a whole number of days from 1, such as 90'
        )) -%}
    {%- endif -%}
    {%- do problems.extend(dbt_rfm.rfm_cleaning_problems()) -%}
    {%- for name in ['rfm_pseudonymise', 'rfm_keep_reported'] -%}
        {%- set value = dbt_rfm.rfm_setting(name) -%}
        {%- if value is not boolean -%}
            {%- do problems.append(dbt_rfm._problem(name, value, 'true or false')) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if (var('rfm_demo', none) | string | lower) not in ['none', 'true', 'false'] -%}
        {%- do problems.append(dbt_rfm._problem('rfm_demo', var('rfm_demo'), 'true or false')) -%}
    {%- endif -%}
    {%- set enabled = var('rfm_enabled_schemes', none) -%}
    {%- if enabled is not none and (enabled is string or enabled is not sequence or not enabled) -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_enabled_schemes', enabled, 'a list of schemes, such as [outdoor_gear]'
        )) -%}
    {%- endif -%}
    {%- set filters = var('rfm_scheme_filters', none) or {} -%}
    {%- if filters is not mapping -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_scheme_filters', filters, 'a map from scheme to SQL predicate'
        )) -%}
    {%- else -%}
        {%- for scheme, predicate in filters.items()
            if predicate is not string or not predicate.strip() -%}
            {%- do problems.append(dbt_rfm._problem(
                'rfm_scheme_filters.' ~ scheme, predicate,
                'a SQL predicate over the contract columns, such as "region = \'四川\'"'
            )) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# What is wrong with one input: none or several of them, no file, missing or unfit columns. #}
{% macro _problems_with_input(input) %}
    {%- set problems = dbt_rfm._problems_with_csv_options(input) -%}
    {%- set given = dbt_rfm._set_inputs(input) -%}
    {%- set plural = 'rfm_' ~ input -%}
    {%- if input == 'orders' and given and dbt_rfm.rfm_uses_demo() -%}
        {%- do problems.append(
            'var rfm_demo: found true beside ' ~ given | join(' and ')
            ~ '; write rfm_demo: false to grade your own orders, or leave the others out'
        ) -%}
    {%- endif -%}
    {%- if given | length > 1 -%}
        {%- do problems.append(
            'vars ' ~ given | join(' and ') ~ ': both stand for the same rows; set only one of them'
        ) -%}
        {{- return(problems) -}}
    {%- endif -%}
    {%- if not given
        and (dbt_rfm._is_set(plural ~ '_database') or dbt_rfm._is_set(plural ~ '_schema')) -%}
        {%- do problems.append(
            'var ' ~ plural ~ '_table: found nothing beside ' ~ plural ~ '_schema or '
            ~ plural ~ '_database; write the name of a table'
        ) -%}
    {%- endif -%}
    {%- if not dbt_rfm._input_kind(input) -%}
        {%- if input == 'orders' -%}
            {%- do problems.append(
                'no orders input is set; set one of the vars rfm_orders_path (a file or glob),'
                ~ ' rfm_orders_model (a dbt model or seed), rfm_orders_table (a table, with'
                ~ ' rfm_orders_schema and rfm_orders_database), or rfm_demo: true'
            ) -%}
        {%- endif -%}
        {{- return(problems) -}}
    {%- endif -%}

    {%- set source = dbt_rfm.rfm_input(input) -%}
    {%- set name = given[0] if given else 'rfm_demo' -%}
    {%- set value = var(name, true) -%}
    {%- if problems -%}
        {#- What is read in a wrong way has other faults that are none. -#}
    {%- elif source.kind == 'path' -%}
        {%- do problems.extend(dbt_rfm._problems_with_path(input, name, value)) -%}
    {%- elif not source.relation.is_cte and load_relation(source.relation) is none -%}
        {%- do problems.append(dbt_rfm._problem(
            name, value, 'a relation that exists; ' ~ source.relation ~ ' does not'
        )) -%}
    {%- endif -%}
    {#- An ephemeral model has no columns to look up before the query that holds it is run. -#}
    {%- if not problems and not source.relation.is_cte -%}
        {%- do problems.extend(dbt_rfm._problems_with_columns(input, name, value)) -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{% macro _problems_with_path(input, name, value) %}
    {%- set problems = [] -%}
    {%- set files = dbt_rfm.files_matching(value) if value is string else none -%}
    {%- if value is not string -%}
        {%- do problems.append(dbt_rfm._problem(name, value, "a path or a glob, in quotes")) -%}
    {%- elif files is none -%}
        {%- do problems.append(dbt_rfm._problem(
            name, value, name.replace('_path', '_table') ~ ' instead: only DuckDB reads files'
        )) -%}
    {%- elif dbt_rfm._file_format(value) is none -%}
        {%- do problems.append(dbt_rfm._problem(
            name, value, 'a path or glob that ends in .parquet, .csv, .tsv, .txt, .json, .jsonl'
            ~ ' or .ndjson (CSV and JSON also with .gz or .zst)'
        )) -%}
    {%- elif not files -%}
        {%- do problems.append(dbt_rfm._problem(
            name, value,
            'the path or glob of at least one file: none matches; a relative path starts in the'
            ~ ' folder in which dbt is run'
        )) -%}
    {%- else -%}
        {%- do problems.extend(dbt_rfm.file_problems(input, files)) -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# How text files are written: the keys of rfm_orders_csv and the like. #}
{% macro _problems_with_csv_options(input) %}
    {%- set problems = [] -%}
    {%- set name = 'rfm_' ~ input ~ '_csv' -%}
    {%- set given = var(name, none) -%}
    {%- set path = var('rfm_' ~ input ~ '_path', none) -%}
    {%- if given is not none and given is not mapping -%}
        {%- do problems.append(dbt_rfm._problem(name, given, "a map, such as {delimiter: ';'}")) -%}
    {%- elif given and not (path is string and dbt_rfm._file_format(path) == 'csv') -%}
        {%- do problems.append(
            'var ' ~ name ~ ': found ' ~ given ~ ' without a text file in rfm_' ~ input
            ~ '_path; leave it out'
        ) -%}
    {%- elif given -%}
        {%- set allowed = {
            'delimiter': ['^(.|tab|\\\\t)$', "one sign, such as ';', or tab"],
            'quote': ['^.?$', "one sign, such as '\"', or '' where nothing is quoted"],
            'escape': ['^.?$', "one sign, such as '\\'"],
            'encoding': ['^[A-Za-z0-9_.-]+$', 'the name of an encoding, such as utf-16'],
            'skip': ['^[0-9]{1,6}$', 'how many lines stand above the header, such as 2'],
        } -%}
        {%- for key, value in given.items() -%}
            {%- if key not in allowed -%}
                {%- do problems.append(dbt_rfm._unknown_key(name, key, allowed)) -%}
            {%- elif value is not none and not modules.re.match(allowed[key][0], value | string, 16) -%}
                {%- do problems.append(dbt_rfm._problem(
                    name ~ '.' ~ key, value, allowed[key][1]
                )) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# Columns and expressions of the map that the input has nothing for; then types that cannot be read
   exactly. #}
{% macro _problems_with_columns(input, name, value) %}
    {%- set relation = dbt_rfm.rfm_input(input).relation -%}
    {%- set map = 'rfm_' ~ input[:-1] ~ '_columns' -%}
    {%- set given = dbt_rfm._given_column_map(input) -%}
    {%- set given = given if given is mapping else {} -%}
    {%- set reason = dbt_rfm.query_problem(
        'select * from ' ~ relation, 'var ' ~ name ~ ': "' ~ value ~ '"'
    ) -%}
    {%- if reason -%}
        {{- return([dbt_rfm._problem(name, value, 'what can be read; the warehouse says: ' ~ reason)]) -}}
    {%- endif -%}
    {%- set found = get_column_schema_from_query('select * from ' ~ relation)
        | map(attribute='name') | list -%}
    {%- set found_lower = found | map('lower') | list -%}
    {%- set problems = [] -%}
    {%- for column, plain in dbt_rfm._plain_columns(input).items()
        if plain | lower not in found_lower -%}
        {%- if given.get(column) -%}
            {%- do problems.append(
                'var ' ~ map ~ '.' ~ column ~ ': found "' ~ plain ~ '", which is no column of '
                ~ name ~ ' "' ~ value ~ '"; write one of its columns (' ~ found | join(', ')
                ~ ') or a SQL expression over them'
            ) -%}
        {%- else -%}
            {%- do problems.append(
                'var ' ~ map ~ ': the required column ' ~ column ~ ' is missing in ' ~ name ~ ' "'
                ~ value ~ '"; write {' ~ column ~ ': <one of its columns>} (it has '
                ~ found | join(', ') ~ ')'
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- for column, expression in dbt_rfm._mapped_expressions(input).items() -%}
        {%- set place = 'var ' ~ map ~ '.' ~ column ~ ': "' ~ expression ~ '"' -%}
        {%- set reason = dbt_rfm.query_problem(
            'select (' ~ expression ~ '\n) as mapped from ' ~ relation, place
        ) -%}
        {%- if reason and expression | trim | lower in found_lower -%}
            {%- do problems.append(
                place ~ ' is a column whose name needs double quotes; write \'"'
                ~ found[found_lower.index(expression | trim | lower)] ~ '"\''
            ) -%}
        {%- elif reason -%}
            {%- do problems.append(
                place ~ ' cannot be computed: ' ~ reason ~ '; write a SQL expression over '
                ~ found | join(', ') ~ dbt_rfm._advice_on_types(input)
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if not problems -%}
        {%- set mapped = get_column_schema_from_query(dbt_rfm._mapped_rows(input)) -%}
        {%- for column in mapped -%}
            {#- Snowflake gives names in upper case. -#}
            {%- set column_name = column.name | lower -%}
            {%- set expression = dbt_rfm.rfm_column_map(input)[column_name] -%}
            {%- set type = column.data_type | lower -%}
            {%- if column_name.endswith('_id') and modules.re.match('^(double|float|real)', type) -%}
                {%- do problems.append(
                    'var ' ~ map ~ '.' ~ column_name ~ ': found "' ~ expression ~ '", a floating-point'
                    ~ ' number (' ~ column.data_type ~ '), which may have lost digits of an id; write'
                    ~ ' cast(cast(' ~ expression ~ ' as bigint) as varchar)'
                ) -%}
            {%- elif column_name.endswith('_at')
                and ('with time zone' in type or type in ['datetimetz', 'timestamptz']) -%}
                {%- do problems.append(
                    'var ' ~ map ~ '.' ~ column_name ~ ': found "' ~ expression ~ '", a timestamp with'
                    ~ " time zone, whose day depends on the session; write (" ~ expression
                    ~ ") at time zone 'Asia/Shanghai', with your business's zone"
                ) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# The columns of text files are text. #}
{% macro _advice_on_types(input) %}
    {%- set path = var('rfm_' ~ input ~ '_path', none) -%}
    {{- return(
        ' (all of them text, so cast to reckon: cast(Quantity as integer))'
        if path is string and dbt_rfm._file_format(path) in ['csv', 'json'] else ''
    ) -}}
{% endmacro %}

{# Predicates that cannot be computed over the contract columns. #}
{% macro _problems_with_filters() %}
    {%- set problems = [] -%}
    {%- set no_text = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}
    {%- set values = {
        'ordered_at': dbt_rfm.to_timestamp(no_text), 'amount': dbt_rfm.to_number(no_text),
        'quantity': dbt_rfm.to_whole_number(no_text), 'list_amount': dbt_rfm.to_number(no_text),
    } -%}
    {%- set columns = [] -%}
    {%- for column in dbt_rfm.rfm_contract_columns('orders') -%}
        {%- do columns.append(values.get(column, no_text) ~ ' as ' ~ column) -%}
    {%- endfor -%}
    {%- for scheme, predicate in dbt_rfm.rfm_setting('rfm_scheme_filters').items()
        if predicate is string and predicate.strip() -%}
        {%- set place = 'var rfm_scheme_filters.' ~ scheme ~ ': "' ~ predicate ~ '"' -%}
        {%- set reason = dbt_rfm.query_problem(
            'select 1 as line from (select ' ~ columns | join(', ') ~ ') as order_lines where ('
            ~ predicate ~ '\n)', place
        ) -%}
        {%- if reason -%}
            {%- do problems.append(
                place ~ ' cannot be computed: ' ~ reason ~ '; write a SQL predicate over '
                ~ dbt_rfm.rfm_contract_columns('orders') | join(', ')
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {{- return(problems) -}}
{% endmacro %}

{# Own policy rows need the columns of the seed that they are added to. #}
{% macro _problems_with_policy_columns() %}
    {%- set problems = [] -%}
    {%- set own = dbt_rfm.rfm_setting('rfm_policy') -%}
    {%- if own -%}
        {%- for seed, columns in dbt_rfm.rfm_policy_columns().items() if own.get(seed) is string -%}
            {%- set relation = dbt_rfm._user_ref(own[seed]) -%}
            {%- if not relation.is_cte and load_relation(relation) is not none -%}
                {%- set found = get_column_schema_from_query('select * from ' ~ relation)
                    | map(attribute='name') | map('lower') | list -%}
                {%- set missing = columns | reject('in', found) | list -%}
                {%- if missing -%}
                    {%- do problems.append(
                        'var rfm_policy.' ~ seed ~ ': "' ~ own[seed] ~ '" lacks the column(s) '
                        ~ missing | join(', ') ~ '; write all of ' ~ columns | join(', ')
                    ) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# The salt itself is read when a table is built; here only whether there is such a table. #}
{% macro _problems_with_salt() %}
    {%- set problems = [] -%}
    {%- set table = dbt_rfm.rfm_setting('rfm_salt_table') -%}
    {%- if dbt_rfm.rfm_setting('rfm_pseudonymise') is true -%}
        {%- set example = 'the name of a table with one row and one column, salt, such as secrets.rfm_salt' -%}
        {#- A call, such as read_csv('...') of a file outside the database, has no name to look up. -#}
        {%- set is_call = table is string and '(' in table -%}
        {%- set parts = (table | string).split('.') -%}
        {%- if table is none or table is not string or (parts | length > 3 and not is_call) -%}
            {%- do problems.append(dbt_rfm._problem('rfm_salt_table', table, example)) -%}
        {%- else -%}
            {%- set relation = none if is_call else adapter.get_relation(
                database=parts[-3] if parts | length > 2 else target.database,
                schema=parts[-2] if parts | length > 1 else target.schema,
                identifier=parts[-1]
            ) -%}
            {%- if relation is none and not is_call -%}
                {%- do problems.append(
                    dbt_rfm._problem('rfm_salt_table', table, example ~ '; this one does not exist')
                ) -%}
            {%- else -%}
                {%- set found = get_column_schema_from_query('select * from ' ~ table ~ ' as salt_rows')
                    | map(attribute='name') | map('lower') | list -%}
                {%- if found != ['salt'] -%}
                    {#- In a file that lacks its first line, the name of a column is the salt. -#}
                    {%- do problems.append(
                        'var rfm_salt_table: "' ~ table ~ '" has '
                        ~ ('other columns' if is_call else 'the column(s) ' ~ found | join(', '))
                        ~ '; write ' ~ example
                    ) -%}
                {%- endif -%}
            {%- endif -%}
        {%- endif -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}

{# Models that the user keeps in another way than as tables. Each is read several times: as a view it
   would be computed as often, and so would what it reads, which takes hours. Incremental ones would
   add the rows that they have already. A public table is read by no model, so it may be a view. #}
{% macro _problems_with_materializations() %}
    {%- set found = {} -%}
    {%- for node in graph.nodes.values()
        if node.package_name == 'dbt_rfm' and node.resource_type == 'model'
        and 'materialized' not in node.raw_code -%}
        {%- set layer = node.fqn[1] -%}
        {%- set kind = node.config.materialized -%}
        {%- if layer in ['staging', 'intermediate', 'marts']
            and kind in ['ephemeral', 'incremental', 'materialized_view', 'view']
            and not (kind == 'view' and layer == 'marts') -%}
            {%- do found.setdefault((layer, kind), []).append(node.name) -%}
        {%- endif -%}
    {%- endfor -%}

    {%- set problems = [] -%}
    {%- for (layer, kind), names in found.items() -%}
        {%- do problems.append(
            'models of dbt_rfm in ' ~ layer ~ ': found +materialized: ' ~ kind ~ ' of '
            ~ (names | sort)[:3] | join(', ')
            ~ (' and ' ~ (names | length - 3) ~ ' more' if names | length > 3 else '')
            ~ '; write +materialized: table for them in your dbt_project.yml, for '
            ~ ('each build would add their rows once more' if kind == 'incremental'
               else 'each is read several times and would be computed as often')
        ) -%}
    {%- endfor -%}
    {{- return(problems) -}}
{% endmacro %}

{% macro _problem(name, value, allowed) %}
    {%- set found = 'nothing' if value is none else '"' ~ value ~ '"' -%}
    {{- return('var ' ~ name ~ ': found ' ~ found ~ '; write ' ~ allowed) -}}
{% endmacro %}

{% macro _unknown_key(name, key, known) %}
    {{- return('var ' ~ name ~ ': unknown key "' ~ key ~ '"; write one of ' ~ known | join(', ')) -}}
{% endmacro %}

{% macro _is_set(name) %}
    {{- return(var(name, none) is not none) -}}
{% endmacro %}

{% macro _is_date(text) %}
    {%- if not modules.re.match('^[0-9]{4}-[0-9]{2}-[0-9]{2}$', text) -%}
        {{- return(false) -}}
    {%- endif -%}
    {%- set year, month, day = text[:4] | int, text[5:7] | int, text[8:] | int -%}
    {%- set is_leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) -%}
    {%- set days = [31, 29 if is_leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] -%}
    {{- return(year >= 1 and 1 <= month <= 12 and 1 <= day <= days[month - 1]) -}}
{% endmacro %}
