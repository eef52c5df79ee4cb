{# So many of all order lines, in words: 48 of 348 order lines (13.8%). #}
{% macro lines_of_all(lines, all_lines) -%}
{{ dbt_rfm.as_text(lines) }} || ' of ' || {{ dbt_rfm.as_text(all_lines) }} || ' order lines ('
|| {{ dbt_rfm.percent(dbt_rfm.divide_half_up(
    dbt_rfm.decimal(lines), dbt_rfm.decimal(all_lines)
)) }} || ')'
{%- endmacro %}
