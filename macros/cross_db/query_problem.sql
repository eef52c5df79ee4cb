{# Why the engine cannot run a query, as it says when it plans it, in one line; none where it can. What
   only the rows show, such as a text that cannot be cast, is not found. `place` says what the query
   is of, for an engine that cannot tell and go on: there the message stops the build. #}
{% macro query_problem(query, place) %}
    {{- return(adapter.dispatch('query_problem', 'dbt_rfm')(query, place)) -}}
{% endmacro %}

{% macro default__query_problem(query, place) %}
    {%- do try_or_compiler_error(
        place ~ ' cannot be run by the warehouse, whose own message is in the log; write SQL that it can run',
        get_column_schema_from_query, query
    ) -%}
    {{- return(none) -}}
{% endmacro %}

{# A plan as JSON holds its error instead of raising it. A plan that reads files has no JSON, which
   says that nothing else is wrong with it. #}
{% macro duckdb__query_problem(query, place) %}
    {{- return(dbt_rfm._duckdb_error(query).split('\n')[0] | trim('.') or none) -}}
{% endmacro %}

{# All lines of the error, or no text. #}
{% macro _duckdb_error(query) %}
    {{- return(dbt_rfm._error_of_plan(run_query(
        'select json_serialize_plan(' ~ dbt_rfm.text_literal(query) ~ ') as plan'
    ).columns[0].values()[0])) -}}
{% endmacro %}

{% macro _error_of_plan(json) %}
    {%- set plan = fromjson(json) -%}
    {%- set has_no_json = plan.error and (
        plan.error_type == 'not implemented'
        or plan.error_message.endswith('does not support serialization')
    ) -%}
    {{- return(plan.error_message if plan.error and not has_no_json else '') -}}
{% endmacro %}

{# A function of this session alone explains the query and returns the error that it catches. #}
{% macro postgres__query_problem(query, place) %}
    {%- do run_query(
        'create or replace function pg_temp.rfm_query_problem(query text) returns text'
        ~ ' language plpgsql as $$ begin execute \'explain \' || query; return null;'
        ~ ' exception when others then return sqlerrm; end $$'
    ) -%}
    {%- set problem = run_query(
        'select pg_temp.rfm_query_problem(' ~ dbt_rfm.text_literal(query) ~ ') as problem'
    ).columns[0].values()[0] -%}
    {{- return(problem.split('\n')[0] | trim('.') if problem is not none else none) -}}
{% endmacro %}

{% macro redshift__query_problem(query, place) %}
    {{- return(dbt_rfm.default__query_problem(query, place)) -}}
{% endmacro %}

{# Spark explains what it cannot analyse; what it cannot parse it raises. #}
{% macro spark__query_problem(query, place) %}
    {%- set lines = try_or_compiler_error(
        place ~ ' is no SQL that Spark can parse; write an expression of Spark SQL',
        run_query, 'explain ' ~ query
    ).columns[0].values()[0].split('\n') -%}
    {%- if lines[0].startswith('Error occurred during query planning') -%}
        {{- return(lines[1] | trim('.')) -}}
    {%- endif -%}
    {{- return(none) -}}
{% endmacro %}
