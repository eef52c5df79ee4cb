{# The score of the bin that holds the value: documented in _scoring_macros.yml. #}
{% macro threshold_score(value, bins) %}
    {{- return(adapter.dispatch('threshold_score', 'dbt_rfm')(value, bins)) -}}
{% endmacro %}

{% macro default__threshold_score(value, bins) -%}
    case
        {%- for bin in bins %}
        when
            {{ value }} is not null
            {%- if bin.get('lower_bound') is not none %}
            and {{ value }} >{% if bin.get('lower_inclusive', false) %}={% endif %} {{ bin.lower_bound }}
            {%- endif %}
            {%- if bin.get('upper_bound') is not none %}
            and {{ value }} <{% if bin.get('upper_inclusive', false) %}={% endif %} {{ bin.upper_bound }}
            {%- endif %}
            then {{ bin.score }}
        {%- endfor %}
    end
{%- endmacro %}
