{# Whether an id has been through a spreadsheet or a float: a number in scientific notation
   (8.80000E+12), or digits that end in a point and perhaps zeros (17003.0). `value` is the id,
   stripped; `as_read`, perhaps not stripped, tells sooner of most ids, which begin with a letter or
   have neither point nor e, that they are not. #}
{% macro rfm_is_damaged_id(value, as_read=none) -%}
    {%- set text = 'cast(' ~ (as_read or value) ~ ' as ' ~ dbt.type_string() ~ ')' -%}
    case
        when {{ dbt_rfm.by_bytes(text) }} between ':' and '~' then false
        when {{ text }} like '%.%' or {{ text }} like '%e%' or {{ text }} like '%E%'
            then {{ dbt_rfm.matches(
                value,
                '[+-]?([0-9]+[.,]?[0-9]*|[.,][0-9]+)[eE][+-]?[0-9]+|[+-]?[0-9]+[.]0*'
            ) }}
        else false
    end
{%- endmacro %}
