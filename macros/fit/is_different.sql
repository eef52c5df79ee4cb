{# SQL condition: whether two orders of the same customers tell buyers from others differently, by
   more than chance: DeLong's paired test at 5%, d^2 > 3.841459 var(d). Times 4 P^2 Q^2 that is the
   square of the sum of the buyers' places against the terms of the variance: a whole number, which
   is above another number where it is above its whole part, so that no root is taken. `sums` is a
   relation with buyer_places and spread_millionths, what spread_terms gives. #}
{% macro is_different(sums) -%}
{{ sums }}.buyer_places * {{ sums }}.buyer_places
> {{ dbt_rfm.divide_whole(
    '(3841459 * ' ~ sums ~ '.spread_millionths)', dbt_rfm.wide_integer("'1" ~ '0' * 12 ~ "'")
) }}
{%- endmacro %}
