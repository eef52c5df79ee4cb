{# A number of days in English words: 1 day, 2 days. #}
{% macro counted_days(days) -%}
{{ dbt_rfm.as_text(days) }} || case when {{ days }} = 1 then ' day' else ' days' end
{%- endmacro %}
