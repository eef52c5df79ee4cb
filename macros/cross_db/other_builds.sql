{# Other builds of this project that are running where the model that calls this is built: a list of
   problems, each with what was found and what to do. Empty where the engine does not tell. #}
{% macro other_builds() %}
    {{- return(adapter.dispatch('other_builds', 'dbt_rfm')()) -}}
{% endmacro %}

{% macro default__other_builds() %}
    {{- return([]) -}}
{% endmacro %}

{# Sessions of PostgreSQL whose statement, by dbt's comment in front of it, writes this model or one
   that follows from it: in this build all those still wait, so another one is at work. A lock would
   not do: dbt closes the connection, and with it the session, after every model. #}
{% macro postgres__other_builds() %}
    {%- set following = [model.unique_id] -%}
    {%- set nodes = graph.nodes.values() | selectattr('resource_type', 'equalto', 'model')
        | selectattr('package_name', 'equalto', model.package_name) | list -%}
    {%- for _ in nodes -%}
        {%- for node in nodes if node.unique_id not in following
            and node.depends_on.nodes | select('in', following) | list -%}
            {%- do following.append(node.unique_id) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set query -%}
        with builds (model, node_id, relation, written) as (
            values
            {% for name in following if graph.nodes[name].relation_name -%}
            (
                {{ dbt_rfm.text_literal(graph.nodes[name].name) }},
                {{ dbt_rfm.text_literal('"' ~ name ~ '"') }},
                {{ dbt_rfm.text_literal(graph.nodes[name].relation_name[:-1]) }},
                {{ dbt_rfm.text_literal(graph.nodes[name].alias ~ '__dbt_') }}
            ){{ ',' if not loop.last }}
            {% endfor -%}
        )

        select
            other.pid,
            other.usename,
            to_char(other.backend_start, 'YYYY-MM-DD HH24:MI:SS TZ') as since,
            builds.model
        from pg_stat_activity as other
        inner join builds
            on position(builds.node_id in other.query) > 0
            and position(builds.relation in other.query) > 0
            and position(builds.written in other.query) > 0
        inner join pg_stat_activity as own
            on own.pid = pg_backend_pid()
            and own.pid <> other.pid
            and own.datname = other.datname
        -- Of two that look for each other at the same time, the later one gives way.
        where position('with builds (' in other.query) = 0
            or (other.backend_start, other.pid) < (own.backend_start, own.pid)
        order by other.backend_start, other.pid
    {%- endset -%}
    {#- Between two models a build has no session for a moment. -#}
    {%- set found = [] -%}
    {%- for _ in range(5) if not found -%}
        {%- do run_query("select pg_stat_clear_snapshot(), pg_sleep(0.1)") -%}
        {%- do found.extend(run_query(query).rows) -%}
    {%- endfor -%}
    {%- if not found -%}
        {{- return([]) -}}
    {%- endif -%}
    {%- set sessions = [] -%}
    {%- for row in found -%}
        {%- do sessions.append(
            'process ' ~ row[0] ~ ' of user ' ~ row[1] ~ ' writes ' ~ row[3] ~ ', since ' ~ row[2]
        ) -%}
    {%- endfor -%}
    {{- return([
        'schema ' ~ model.schema ~ ': found another build running (' ~ sessions | join('; ')
        ~ '); wait until it has ended and build again, or build into another schema'
    ]) -}}
{% endmacro %}

{# It would take PostgreSQL's. #}
{% macro redshift__other_builds() %}
    {{- return([]) -}}
{% endmacro %}
