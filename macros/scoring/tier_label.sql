{# What a tier is called in a language, en or zh: its name where it has no label. `tiers` is a relation
   with tier, label and label_zh. #}
{% macro tier_label(tiers, language) -%}
coalesce({% if language == 'zh' %}{{ tiers }}.label_zh, {% endif %}{{ tiers }}.label, {{ tiers }}.tier)
{%- endmacro %}
