{# The name of the bin that gave a score, by the metric's method. #}
{% macro bin_name(method, identity, score) -%}
case {{ method }}
    when 'min_max' then 'range'
    when 'lookup' then {{ identity }}
    else {{ dbt_rfm.plain_decimal(score) }}
end
{%- endmacro %}
