{# The columns that own measures take: measure_1 is the first of a scheme's measures by name. None where
   there is no input of measures, so that nobody else carries them. #}
{% macro own_measure_metrics() %}
    {%- set metrics = [] -%}
    {%- if dbt_rfm._input_kind('measures') -%}
        {%- for number in range(1, dbt_rfm.rfm_most_measures() + 1) -%}
            {%- do metrics.append('measure_' ~ number) -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(metrics) -}}
{% endmacro %}
