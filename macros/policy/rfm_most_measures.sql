{# How many own measures a scheme may have: each is two columns of all customers. #}
{% macro rfm_most_measures() %}
    {{- return(5) -}}
{% endmacro %}
