{# The name of the set of all lines; a name no scheme has. #}
{% macro rfm_all_lines() %}
    {{- return('(all lines)') -}}
{% endmacro %}
