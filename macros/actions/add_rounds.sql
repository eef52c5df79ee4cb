{# The day one follow-up round after another day. `plans` is a relation with months_in_round and
   days_in_round, one of them null. #}
{% macro add_rounds(day, plans) -%}
case
    when {{ plans }}.months_in_round is not null
        then {{ dbt_rfm.add_months(day, plans ~ '.months_in_round') }}
    else {{ dbt_rfm.add_days(day, plans ~ '.days_in_round') }}
end
{%- endmacro %}
