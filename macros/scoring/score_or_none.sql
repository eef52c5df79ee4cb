{# A score that may be compared where "no score" equals "no score": scores are below a million. #}
{% macro score_or_none(score) -%}
    coalesce({{ dbt_rfm.decimal(score, 14, 6) }}, 1000000)
{%- endmacro %}
