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

{# What a metric adds to the score: weight x metric score, not rounded. The two types are as narrow
   as they may be, for engines cut the decimals of products that could pass 38 digits. #}
{% macro contribution(weight, score) -%}
    cast({{ weight }} as numeric(9, 6)) * cast({{ score }} as numeric(20, 12))
{%- endmacro %}

{# A sum of contributions as a score: half up to 9 decimals, which takes away what the 12 decimals
   of min-max ratios leave of exact sums such as 0.295, then half up to the scheme's decimals. #}
{% macro rounded_score(contributions, score_decimals) -%}
    {{ dbt_rfm.round_to('round(' ~ contributions ~ ', 9)', score_decimals) }}
{%- endmacro %}
