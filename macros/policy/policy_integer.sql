{# A policy cell as an integer; null where it is no whole number of at most 7 digits. #}
{% macro policy_integer(value) -%}
    case
        when {{ dbt_rfm.matches(value, '[+-]?[0-9]{1,7}([.]0*)?') }}
            then cast({{ dbt_rfm.decimal(value) }} as integer)
    end
{%- endmacro %}
