{# The columns of customers that hold the values of the metrics, identity last. #}
{% macro value_columns() %}
    {%- set columns = [] -%}
    {%- for metric in dbt_rfm.rfm_allowed_values('metric') -%}
        {%- do columns.append(dbt_rfm.metric_column(metric)) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}
