{# The column of int_rfm__customer_metrics that a metric's name stands for; null for identity. #}
{% macro metric_value(metric, relation) -%}
    case {{ metric }}
        {%- for name in dbt_rfm.rfm_allowed_values('measured_metric') %}
        when '{{ name }}'
            then {{ dbt_rfm.decimal(relation ~ '.' ~ dbt_rfm.metric_column(name)) }}
        {%- endfor %}
    end
{%- endmacro %}
