{# A share as text in percent, rounded half up to one decimal: 0.125 is 12.5%. #}
{% macro percent(share) -%}
    {{ dbt_rfm.as_text(
        dbt_rfm.decimal('round(' ~ dbt_rfm.decimal(share) ~ ' * 100, 1)', 12, 1)
    ) }} || '%'
{%- endmacro %}
