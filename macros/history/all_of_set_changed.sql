{# Whether all metrics of a set have another score than before. `sets` has has_<metric>, `customers`
   old_<metric>_score and new_<metric>_score of each of the metrics. #}
{% macro all_of_set_changed(sets, customers, metrics) %}
    {%- set conditions = [] -%}
    {%- for metric in metrics -%}
        {%- do conditions.append(
            '(not ' ~ sets ~ '.has_' ~ metric ~ ' or ' ~ customers ~ '.new_' ~ metric ~ '_score <> '
            ~ customers ~ '.old_' ~ metric ~ '_score)'
        ) -%}
    {%- endfor -%}
    {{- return(conditions | join('\nand ')) -}}
{% endmacro %}
