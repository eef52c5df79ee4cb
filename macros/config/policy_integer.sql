{# A policy cell as an integer; null where it is no whole number between -1,000,000 and 1,000,000. #}
{% macro policy_integer(value) -%}
    case
        when
            {{ dbt_rfm.to_number(value, 38, 18) }} = floor({{ dbt_rfm.to_number(value, 28, 6) }})
            and abs({{ dbt_rfm.to_number(value, 28, 6) }}) <= 1000000
            then cast({{ dbt_rfm.to_number(value, 28, 6) }} as integer)
    end
{%- endmacro %}
