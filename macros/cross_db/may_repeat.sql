{# An aggregate: false where all values of a group surely differ; true where some may be equal. #}
{% macro may_repeat(value) %}
    {{- return(adapter.dispatch('may_repeat', 'dbt_rfm')(value)) -}}
{% endmacro %}

{% macro default__may_repeat(value) -%}
    (count(distinct {{ value }}) < count(*))
{%- endmacro %}

{# Each value sets one of 64 bits: as many bits as rows prove that no value stands twice. That is
   faster than counting distinct values, and the few false alarms are looked at exactly. #}
{% macro duckdb__may_repeat(value) -%}
    (bit_count(bit_or(cast(1 as ubigint) << (hash({{ value }}) % 64))) < count(*))
{%- endmacro %}
