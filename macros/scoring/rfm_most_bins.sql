{# The largest number of bins, or levels, of a metric that a scheme may have. #}
{% macro rfm_most_bins() %}
    {{- return(10) -}}
{% endmacro %}
