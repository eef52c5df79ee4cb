{# The score of the bin that holds the value: documented in _scoring_macros.yml. #}
{% macro threshold_score(value, bins) %}
    {{- return(adapter.dispatch('threshold_score', 'dbt_rfm')(value, bins)) -}}
{% endmacro %}

{% macro default__threshold_score(value, bins) -%}
    case
        when {{ value }} is null then null
        {%- for bin in bins %}
        when
            {{ dbt_rfm._is_beyond(value, '>', bin.get('lower_bound'), bin.get('lower_inclusive')) }}
            and {{ dbt_rfm._is_beyond(
                value, '<', bin.get('upper_bound'), bin.get('upper_inclusive')
            ) }}
            then {{ bin.score }}
        {%- endfor %}
    end
{%- endmacro %}

{# Whether a value lies on the right side of a bound. A bound may be a SQL expression, which is null
   where it is open, and so may be whether it is inclusive. #}
{% macro _is_beyond(value, sign, bound, is_inclusive) -%}
    {%- if bound is none -%}
        1 = 1
    {%- elif bound is not string -%}
        {{ value }} {{ sign }}{{ '=' if is_inclusive }} {{ bound }}
    {%- elif is_inclusive is string -%}
        (
            {{ bound }} is null
            or {{ value }} {{ sign }} {{ bound }}
            or ({{ value }} = {{ bound }} and {{ is_inclusive }})
        )
    {%- else -%}
        ({{ bound }} is null or {{ value }} {{ sign }}{{ '=' if is_inclusive }} {{ bound }})
    {%- endif -%}
{%- endmacro %}
