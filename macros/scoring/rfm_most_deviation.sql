{# The largest min-max score, in ranges from the baseline: scores are shown with six digits before the
   point. Graded scores that pass it stop the build; those of the next refresh and of rises, which
   are shown nowhere, and those by the cut points of the date before, stay at it. #}
{% macro rfm_most_deviation() %}
    {{- return(999999) -}}
{% endmacro %}
