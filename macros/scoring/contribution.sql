{# What a metric adds to the score: weight x metric score, not rounded. The two types are as narrow
   as they may be, for engines cut the decimals of products that could pass 38 digits. #}
{% macro contribution(weight, score) %}
    {{- return(adapter.dispatch('contribution', 'dbt_rfm')(weight, score)) -}}
{% endmacro %}

{% macro default__contribution(weight, score) -%}
    {{ dbt_rfm.decimal(weight, 9, 6) }} * {{ dbt_rfm.decimal(score, 20, 12) }}
{%- endmacro %}

{# Snowflake cuts products at 12 decimals, but not those of whole numbers with one factor. #}
{% macro snowflake__contribution(weight, score) -%}
    {%- set whole_weight = dbt_rfm.decimal(weight, 9, 6) ~ ' * 1000000' -%}
    {%- set whole_score = dbt_rfm.decimal(score, 20, 12) ~ ' * 1000000000000' -%}
    {{ dbt_rfm.decimal(whole_weight, 9, 0) }}
    * {{ dbt_rfm.decimal(whole_score, 20, 0) }}
    * {{ dbt_rfm.decimal("'0.000000000000000001'", 18, 18) }}
{%- endmacro %}
