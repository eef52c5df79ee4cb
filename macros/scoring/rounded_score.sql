{# A sum of contributions as a score: half up to 9 decimals, which takes away what the 12 decimals
   of min-max ratios leave of exact sums such as 0.295, then half up to the scheme's decimals. #}
{% macro rounded_score(contributions, score_decimals) -%}
    {{ dbt_rfm.round_to('round(' ~ contributions ~ ', 9)', score_decimals) }}
{%- endmacro %}
