{# Writes the public tables as Parquet files that are all of one build: DuckDB alone. #}
{% macro rfm_export(folder, tables=none) %}
    {{- return(adapter.dispatch('rfm_export', 'dbt_rfm')(folder, tables)) -}}
{% endmacro %}

{% macro default__rfm_export(folder, tables) %}
    {%- do exceptions.raise_compiler_error(
        'rfm_export writes files from DuckDB alone. On ' ~ adapter.type() ~ ' use its own command, in a'
        ~ ' transaction or after the build has ended: \\copy (PostgreSQL, Redshift: unload), df.write'
        ~ ' (Spark, Databricks), copy into (Snowflake), export data (BigQuery)'
    ) -%}
{% endmacro %}

{% macro duckdb__rfm_export(folder, tables) %}
    {%- if not execute -%}
        {{- return('') -}}
    {%- endif -%}
    {%- set folder = (folder | string).strip() -%}
    {%- set public = dbt_rfm._public_tables() -%}
    {%- set asked = public.keys() | list if tables is none else tables -%}
    {%- set problems = [] -%}
    {%- if not folder -%}
        {%- do problems.append('folder: found nothing; write the name of a folder') -%}
    {%- elif '*' in folder or '?' in folder -%}
        {%- do problems.append('folder: found "' ~ folder ~ '"; write a name without * and ?') -%}
    {%- elif dbt_rfm.files_matching(folder) -%}
        {%- do problems.append('folder: found "' ~ folder ~ '", which is a file; write another name') -%}
    {%- endif -%}
    {%- if asked is string or asked is mapping or asked is not iterable or not asked -%}
        {%- do problems.append('tables: found ' ~ tojson(asked) ~ '; write a list of public tables') -%}
        {%- set asked = [] -%}
    {%- endif -%}
    {%- for name in asked if name not in public -%}
        {%- do problems.append(
            'tables: found "' ~ name ~ '"; write names of ' ~ public | join(', ')
        ) -%}
    {%- endfor -%}
    {%- do dbt_rfm._stop_export(problems) -%}

    {#- All is read in one snapshot, also where the file is not the only database. -#}
    {%- do run_query('begin transaction') -%}
    {%- set chosen = {} -%}
    {%- for name in public if name in asked -%}
        {%- do chosen.update({name: public[name]}) -%}
    {%- endfor -%}
    {%- set build = dbt_rfm._build_of(chosen) -%}
    {%- set name = build.begun | replace('-', '') | replace(':', '') | replace(' ', 'T') ~ 'Z_'
        ~ build.invocation_id -%}
    {%- set place = folder.rstrip('/') ~ '/' ~ name -%}
    {%- do dbt_rfm._make_folders(place) -%}
    {%- set files = [] -%}
    {%- for table, node in chosen.items() -%}
        {%- set file = table ~ '.parquet' -%}
        {%- set written = run_query(
            'copy (select * from ' ~ node.relation_name ~ ') to '
            ~ dbt_rfm.text_literal(place ~ '/' ~ file)
            ~ ' (format parquet, compression zstd, use_tmp_file true)'
        ) -%}
        {%- do files.append({
            'table': table, 'file': file, 'rows': written.columns[0].values()[0] | int
        }) -%}
    {%- endfor -%}
    {#- Both come last and in one step each: who finds them finds all files. -#}
    {%- set manifest = {
        'folder': name, 'invocation_id': build.invocation_id, 'build_began_at': build.begun ~ ' UTC',
        'tables': files,
    } -%}
    {%- do dbt_rfm._write_json(manifest, place ~ '/manifest.json') -%}
    {%- do dbt_rfm._write_json(manifest, folder.rstrip('/') ~ '/latest.json') -%}
    {%- do run_query('commit') -%}
    {%- do log(
        'dbt_rfm: ' ~ files | length ~ ' table(s) of the build ' ~ build.invocation_id
        ~ ' are in ' ~ place, info=true
    ) -%}
{% endmacro %}

{# This project's public tables that are enabled: their nodes by name, wherever they stand. #}
{% macro _public_tables() %}
    {%- set found = {} -%}
    {%- for node in graph.nodes.values() | sort(attribute='name')
        if node.resource_type == 'model' and node.package_name == 'dbt_rfm'
        and node.access == 'public' -%}
        {%- do found.update({node.name: node}) -%}
    {%- endfor -%}
    {{- return(found) -}}
{% endmacro %}

{# The one build that made all of these tables; where they are of several, or not there, it stops. #}
{% macro _build_of(nodes) %}
    {%- set query -%}
        with tables as (
            select database_name, schema_name, table_name, comment from duckdb_tables()
            union all
            select database_name, schema_name, view_name, comment from duckdb_views()
        )
        {%- for name, node in nodes.items() %}
        {{ 'union all' if not loop.first }}
        select
            {{ dbt_rfm.text_literal(name) }} as name,
            count(*) as found,
            regexp_extract(
                max(comment), {{ dbt_rfm.text_literal(dbt_rfm.build_stamp(pattern=true)) }}, 1
            ) as invocation_id,
            regexp_extract(
                max(comment), {{ dbt_rfm.text_literal(dbt_rfm.build_stamp(pattern=true)) }}, 2
            ) as begun
        from tables
        where lower(database_name) = {{ dbt_rfm.text_literal(node.database | lower) }}
            and lower(schema_name) = {{ dbt_rfm.text_literal(node.schema | lower) }}
            and lower(table_name) = {{ dbt_rfm.text_literal((node.alias or name) | lower) }}
        {%- endfor %}
    {%- endset -%}
    {%- set missing = [] -%}
    {%- set builds = {} -%}
    {%- for row in run_query(query).rows -%}
        {%- if not row['found'] -%}
            {%- do missing.append(row['name']) -%}
        {%- else -%}
            {%- do builds.setdefault((row['begun'] or '', row['invocation_id'] or ''), []).append(row['name']) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set problems = [] -%}
    {%- if missing -%}
        {%- do problems.append('not built yet: ' ~ missing | join(', ')) -%}
    {%- endif -%}
    {%- if builds | length > 1 or ('', '') in builds -%}
        {%- for begun, id in builds | sort -%}
            {%- do problems.append(
                (('of the build ' ~ id ~ ', begun ' ~ begun ~ ' UTC: ') if id
                else 'of a build that is not known, before this version or not by dbt: ')
                ~ builds[(begun, id)] | join(', ')
            ) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if problems -%}
        {%- do problems.append(
            'build all tables in one go (dbt build) and export again, or choose tables of one build'
            ~ ' with tables: [...]'
            ~ ('; if dbt_rfm is a package here, write in your dbt_project.yml first dispatch: ['
               ~ '{macro_namespace: dbt, search_order: [' ~ project_name ~ ', dbt_rfm, dbt]}]'
               if project_name != 'dbt_rfm' and ('', '') in builds else '')
        ) -%}
    {%- endif -%}
    {%- do dbt_rfm._stop_export(problems) -%}
    {%- set begun, id = builds.keys() | first -%}
    {{- return({'invocation_id': id, 'begun': begun}) -}}
{% endmacro %}

{# DuckDB has no statement for it: a copy of no rows into partitions makes the last folder of a path. #}
{% macro _make_folders(path) %}
    {%- set parts = path.split('/') -%}
    {%- for end in range(1, parts | length + 1) if '://' not in path and parts[end - 1] -%}
        {%- do run_query(
            'copy (select 0 as zero, 0 as part where false) to '
            ~ dbt_rfm.text_literal(parts[:end] | join('/'))
            ~ ' (format csv, partition_by (part), overwrite_or_ignore true)'
        ) -%}
    {%- endfor -%}
{% endmacro %}

{# A file of one JSON object, replaced in one step. #}
{% macro _write_json(object, path) %}
    {%- do run_query(
        'copy (select unnest(from_json(' ~ dbt_rfm.text_literal(tojson(object)) ~ ", '"
        ~ '{"folder": "varchar", "invocation_id": "varchar", "build_began_at": "varchar", '
        ~ '"tables": [{"table": "varchar", "file": "varchar", "rows": "bigint"}]}' ~ "'))) to "
        ~ dbt_rfm.text_literal(path) ~ ' (format json, use_tmp_file true)'
    ) -%}
{% endmacro %}

{% macro _stop_export(problems) %}
    {%- if problems -%}
        {%- do exceptions.raise_compiler_error(
            'rfm_export found ' ~ problems | length ~ ' problem(s), and wrote nothing:\n  - '
            ~ problems | join('\n  - ')
        ) -%}
    {%- endif -%}
{% endmacro %}
