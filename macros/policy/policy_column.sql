{# The column of stg_rfm__policy for one of a seed: window is a reserved word. #}
{% macro policy_column(name) -%}
    {{- 'metric_window' if name == 'window' else dbt_rfm.column_name(name) -}}
{%- endmacro %}
