{# The columns of customers that hold the values of some metrics. #}
{% macro value_columns(metrics) %}
    {%- set columns = [] -%}
    {%- for metric in metrics -%}
        {%- do columns.append(dbt_rfm.metric_column(metric)) -%}
    {%- endfor -%}
    {{- return(columns) -}}
{% endmacro %}
