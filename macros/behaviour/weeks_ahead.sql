{# How many weeks ahead orders are expected. #}
{% macro weeks_ahead() %}
    {{- return(12) -}}
{% endmacro %}
