{# Takes the place of dbt-spark's macro for this project's models. That one takes a table without
   file_format for a Delta table and stops, for Parquet tables know no constraints. #}
{% macro spark__persist_constraints(relation, model) %}
    {%- if config.get('file_format') is not none -%}
        {%- do dbt.spark__persist_constraints(relation, model) -%}
    {%- endif -%}
{% endmacro %}
