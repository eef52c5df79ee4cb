{# SQL expression: the sum of the two terms of a DeLong variance, which is 1 / (4 P^2 Q^2) of it, in
   millionths: (P sum a^2 - (sum a)^2) / (P - 1), and the same of the others, both cut to 6
   decimals. Null where there are fewer than two of either. At 10^7 customers the largest number has
   35 digits.
   `sums` is a relation with all_buyers, all_others, buyer_places, buyer_squares, other_places and
   other_squares, wide whole numbers. #}
{% macro spread_terms(sums) -%}
case
    when {{ sums }}.all_buyers >= 2 and {{ sums }}.all_others >= 2
        then
            {%- for kind in ['buyer', 'other'] %}
            {%- set all = sums ~ '.all_' ~ kind ~ 's' %}
            {{ dbt_rfm.divide_whole(
                '(1000000 * (' ~ all ~ ' * ' ~ sums ~ '.' ~ kind ~ '_squares - '
                ~ sums ~ '.' ~ kind ~ '_places * ' ~ sums ~ '.' ~ kind ~ '_places))',
                '(' ~ all ~ ' - 1)'
            ) }}
            {%- if not loop.last %}
            +
            {%- endif %}
            {%- endfor %}
end
{%- endmacro %}
