{# Whether two relations have the same values in some columns, none of them null. #}
{% macro same_values(left, right, columns) %}
    {%- set conditions = [] -%}
    {%- for column in columns -%}
        {%- do conditions.append(left ~ '.' ~ column ~ ' = ' ~ right ~ '.' ~ column) -%}
    {%- endfor -%}
    {{- return(conditions | join('\n    and ')) -}}
{% endmacro %}
