{# A value cut down to its first three digits, and to 3 decimals at most. Buckets keep the order of the
   values. There are 900 for each power of ten, however many values there are, and a bucket of money
   in cents holds few values: up to 1,000 below 10,000. Bounds as text, for engines have no whole
   numbers of so many digits. #}
{% macro value_bucket(value) -%}
    {{ value }} - mod({{ value }}, case
        {%- for power in range(22) %}
        when abs({{ value }}) < {{ dbt_rfm.decimal("'1" ~ '0' * power ~ "'") }}
            then {{ dbt_rfm.decimal("'" ~ 10 ** (power - 3) ~ "'") }}
        {%- endfor %}
        else {{ dbt_rfm.decimal("'" ~ 10 ** 19 ~ "'") }}
    end)
{%- endmacro %}
