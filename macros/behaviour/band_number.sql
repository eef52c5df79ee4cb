{# SQL expression: the number of the band that a value falls in, 1 for the first. `bounds` are SQL
   expressions in rising order; each is the beginning of a band. #}
{% macro band_number(value, bounds) -%}
    case
        {%- for bound in bounds[1:] | reverse %}
        when {{ value }} >= {{ bound }} then {{ loop.revindex + 1 }}
        {%- endfor %}
        else 1
    end
{%- endmacro %}
