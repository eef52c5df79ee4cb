{# SQL expression: the number of the band that a value falls in, 1 for the first. `bounds` are numbers
   in rising order, times the SQL expression `unit`; each is the beginning of a band. #}
{% macro band_number(value, bounds, unit='1') -%}
    case
        {%- for bound in bounds[1:] | reverse %}
        when {{ value }} >= {{ bound }} * {{ unit }} then {{ loop.revindex + 1 }}
        {%- endfor %}
        else 1
    end
{%- endmacro %}
