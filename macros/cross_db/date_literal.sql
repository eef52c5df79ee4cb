{# A date, given as YYYY-MM-DD, as a SQL literal. #}
{% macro date_literal(day) -%}
    cast('{{ day }}' as date)
{%- endmacro %}
