{# The exact quotient of two decimals of up to 6 places, rounded half up (away from zero) to
   `scale` decimals (at most 12). Both sides are scaled to whole numbers n and d > 0; then the
   quotient is sign(n) x whole((2 |n| 10^scale + d) / 2d) / 10^scale: no binary float takes part. #}
{% macro divide_half_up(dividend, divisor, scale=6) %}
    {{- return(adapter.dispatch('divide_half_up', 'dbt_rfm')(dividend, divisor, scale)) -}}
{% endmacro %}

{% macro default__divide_half_up(dividend, divisor, scale) -%}
    {%- set whole_dividend = 'abs(' ~ dbt_rfm.in_millionths(dividend) ~ ')' -%}
    {%- set whole_divisor = dbt_rfm.in_millionths(divisor) -%}
    {#- Engines that cut the decimals of products of over 38 digits count one more digit than the
       factors have together. As text, for 0.000001 is a binary float to others. -#}
    {%- set quotient -%}
        case when {{ dividend }} < 0 then -1 else 1 end
        * {{ dbt_rfm.divide_whole(
            '(2 * ' ~ whole_dividend ~ ' * ' ~ 10 ** scale ~ ' + ' ~ whole_divisor ~ ')',
            '(2 * ' ~ whole_divisor ~ ')'
        ) }}
    {%- endset -%}
    (
        {{ dbt_rfm.decimal(quotient, 37 - scale, 0) }}
        * {{ dbt_rfm.decimal("'0." ~ '0' * (scale - 1) ~ "1'", scale, scale) }}
    )
{%- endmacro %}
