{# A value cut down to its first digits: 5 of them above 10,000, whole numbers below. Buckets keep the
   order of the values and are few, however many values there are, so that ranks are found by counting
   customers a bucket and looking into the one that holds the rank. Bounds as text, for engines have
   no whole numbers of so many digits. #}
{% macro value_bucket(value) -%}
    {{ value }} - mod({{ value }}, case
        {%- for zeros in range(18) %}
        when abs({{ value }}) < {{ dbt_rfm.decimal("'1" ~ '0' * (zeros + 4) ~ "'") }}
            then {{ dbt_rfm.decimal("'1" ~ '0' * zeros ~ "'") }}
        {%- endfor %}
        else {{ dbt_rfm.decimal("'1" ~ '0' * 18 ~ "'") }}
    end)
{%- endmacro %}
