{# The first day of a scheme's window that ends on a day; null where all data counts. `schemes` is a
   relation with window_start and window_months. #}
{% macro window_start(schemes, last_day) -%}
case
    when {{ schemes }}.window_months is null then {{ schemes }}.window_start
    else {{ dbt_rfm.add_months(
        dbt_rfm.add_days(last_day, 1), '-' ~ schemes ~ '.window_months'
    ) }}
end
{%- endmacro %}
