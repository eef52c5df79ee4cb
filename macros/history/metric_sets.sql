{# All sets of some metrics but the empty one, those with the first metrics first: a bit for each. #}
{% macro metric_sets(metrics) %}
    {%- set metric_sets = [] -%}
    {%- for number in range(2 ** (metrics | length) - 1, 0, -1) -%}
        {%- set metric_set = [] -%}
        {%- for metric in metrics -%}
            {%- if number // 2 ** loop.revindex0 % 2 -%}
                {%- do metric_set.append(metric) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- do metric_sets.append(metric_set) -%}
    {%- endfor -%}
    {{- return(metric_sets) -}}
{% endmacro %}
