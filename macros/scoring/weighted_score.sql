{# The weighted sum of scores, rounded half up: documented in _scoring_macros.yml. #}
{% macro weighted_score(weights, score_decimals=1) %}
    {{- return(adapter.dispatch('weighted_score', 'dbt_rfm')(weights, score_decimals)) -}}
{% endmacro %}

{% macro default__weighted_score(weights, score_decimals) -%}
    {%- set contributions = [] -%}
    {%- for score, weight in weights.items() -%}
        {%- do contributions.append(dbt_rfm.contribution(weight, score)) -%}
    {%- endfor -%}
    {{ dbt_rfm.rounded_score(contributions | join(' + '), score_decimals) }}
{%- endmacro %}
