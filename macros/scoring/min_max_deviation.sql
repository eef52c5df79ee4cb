{# The deviation from a baseline as a share of the range: documented in _scoring_macros.yml. #}
{% macro min_max_deviation(value, baseline, range, direction='higher_is_better') %}
    {%- do dbt_rfm.check_scoring_arguments('min_max_deviation', direction) -%}
    {{- return(adapter.dispatch('min_max_deviation', 'dbt_rfm')(
        value, baseline, range, direction
    )) -}}
{% endmacro %}

{% macro default__min_max_deviation(value, baseline, range, direction) -%}
    {%- if direction == 'higher_is_better' -%}
        {%- set deviation = '(' ~ value ~ ' - ' ~ baseline ~ ')' -%}
    {%- else -%}
        {%- set deviation = '(' ~ baseline ~ ' - ' ~ value ~ ')' -%}
    {%- endif -%}
    case
        when {{ value }} is null then null
        when {{ range }} = 0 then 0
        else {{ dbt_rfm.divide_half_up(deviation, range, 12) }}
    end
{%- endmacro %}
