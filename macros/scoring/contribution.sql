{# What a metric adds to the score: weight x metric score, not rounded. The two types are as narrow
   as they may be, for engines cut the decimals of products that could pass 38 digits. #}
{% macro contribution(weight, score) -%}
    cast({{ weight }} as numeric(9, 6)) * cast({{ score }} as numeric(20, 12))
{%- endmacro %}
