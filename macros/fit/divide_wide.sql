{# The quotient of two whole numbers, divisor > 0, rounded half up to 6 decimals, where one of them
   may have up to 31 digits. Numbers of more than 24 digits are cut by six first: that is too little
   to be seen in the decimals. Both are names of columns. #}
{% macro divide_wide(dividend, divisor) -%}
    {%- set most = dbt_rfm.wide_integer("'1" ~ '0' * 24 ~ "'") -%}
    {%- set cut = dbt_rfm.wide_integer('1000000') -%}
case
    when abs({{ dividend }}) < {{ most }} and {{ divisor }} < {{ most }}
        then {{ dbt_rfm.divide_half_up(dividend, divisor) }}
    else {{ dbt_rfm.divide_half_up(
        dbt_rfm.divide_whole(dividend, cut), dbt_rfm.divide_whole(divisor, cut)
    ) }}
end
{%- endmacro %}
