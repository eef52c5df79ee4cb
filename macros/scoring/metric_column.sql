{# The column of int_rfm__customer_metrics that holds a measured metric: recency_days for recency. #}
{% macro metric_column(metric) %}
    {{- return('recency_days' if metric == 'recency' else metric) -}}
{% endmacro %}
