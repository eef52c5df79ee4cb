{# A value cut down to its first three digits, and to 3 decimals at most. Buckets keep the order of the
   values. There are 900 for each power of ten, however many values there are, and a bucket of money
   in cents holds few values: up to 1,000 below 10,000. #}
{% macro value_bucket(value) -%}
    {{ value }} - {{ value }} % case
        {%- for power in range(23) %}
        when abs({{ value }}) < {{ 10 ** power }} then cast({{ 10 ** (power - 3) }} as numeric(28, 6))
        {%- endfor %}
    end
{%- endmacro %}
