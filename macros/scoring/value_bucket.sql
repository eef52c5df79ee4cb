{# A value cut down to its first digits: 5 of them above 10,000, whole numbers below. Buckets keep the
   order of the values and are few, however many values there are, so that ranks are found by counting
   customers a bucket and looking into the one that holds the rank. #}
{% macro value_bucket(value) -%}
    {{ value }} - {{ value }} % case
        {%- for zeros in range(19) %}
        when abs({{ value }}) < 1{{ '0' * (zeros + 4) }} then cast(1{{ '0' * zeros }} as numeric(28, 6))
        {%- endfor %}
    end
{%- endmacro %}
