{# The order scope of all accepted lines; a name no scheme has. #}
{% macro rfm_all_lines() %}
    {{- return('(all lines)') -}}
{% endmacro %}
