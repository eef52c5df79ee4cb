{# How many rounds of so many days begin before a day that is `days` after the first one begins. #}
{% macro rounds_before(days, days_in_round) -%}
case
    when {{ days }} > 0
        then {{ dbt_rfm.divide_whole('(' ~ days ~ ' - 1)', days_in_round) }} + 1
    else 0
end
{%- endmacro %}
