{# A policy cell as an integer; null where it is no whole number between -1,000,000 and 1,000,000. #}
{% macro policy_integer(value) -%}
    case
        when abs({{ dbt_rfm.to_whole_number(value) }}) <= 1000000
            then cast({{ dbt_rfm.to_whole_number(value) }} as integer)
    end
{%- endmacro %}
