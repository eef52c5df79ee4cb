{# A policy cell as numeric(28, 6); null where it is no plain number of at most 15 digits before the
   point, so that what is made of it fits, and at most 6 after it. #}
{% macro policy_number(value) -%}
    case
        when
            {{ dbt_rfm.matches(
                value, '[+-]?([0-9]{1,15}([.][0-9]{0,6}0*)?|[.][0-9]{1,6}0*)'
            ) }}
            then {{ dbt_rfm.decimal(value) }}
    end
{%- endmacro %}
