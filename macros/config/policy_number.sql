{# A policy cell as numeric(28, 6); null where it is no plain number of at most 6 decimals. #}
{% macro policy_number(value) -%}
    case
        when {{ dbt_rfm.to_number(value, 38, 18) }} = {{ dbt_rfm.to_number(value, 28, 6) }}
            then {{ dbt_rfm.to_number(value, 28, 6) }}
    end
{%- endmacro %}
