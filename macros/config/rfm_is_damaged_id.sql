{# Whether a stripped id has been through a spreadsheet or a float: a number in scientific notation
   (8.80000E+12), or digits that end in a point and perhaps zeros (17003.0). Most ids begin with a
   letter or have neither point nor e, which is known sooner than what a pattern says. #}
{% macro rfm_is_damaged_id(value) -%}
    case
        when {{ dbt_rfm.by_bytes(value) }} >= ':' then false
        when {{ value }} like '%.%' or {{ value }} like '%e%' or {{ value }} like '%E%'
            then {{ dbt_rfm.matches(
                value,
                '[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)[eE][+-]?[0-9]+|[+-]?[0-9]+[.]0*'
            ) }}
        else false
    end
{%- endmacro %}
