{# A decimal rounded half up (away from zero) to the number of decimals, 0 to 6, that stands in
   another column: no engine's round() takes a column there. #}
{% macro round_to(value, decimals) -%}
    case {{ decimals }}
        {%- for places in range(7) %}
        when {{ places }} then {{ dbt_rfm.decimal('round(' ~ value ~ ', ' ~ places ~ ')', 18, 6) }}
        {%- endfor %}
    end
{%- endmacro %}
