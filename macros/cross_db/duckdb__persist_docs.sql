{# Takes the place of dbt's macro for this project's models. Each public table says in its comment which
   build made it, below its description where `persist_docs` asks for that: rfm_export reads it. #}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) %}
    {%- do dbt.default__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if model.get('access') == 'public' -%}
        {%- set described = for_relation and config.persist_relation_docs() and model.description -%}
        {%- do run_query(alter_relation_comment(
            relation, (model.description ~ '\n' if described else '') ~ dbt_rfm.build_stamp()
        )) -%}
    {%- endif -%}
{% endmacro %}
