{# Whether the share of a tier differs from that of all other customers by more than chance: the
   test of two proportions at 5%, z^2 > 3.841459. Of m matching among n customers of the tier, and
   M among all N, z^2 is (m N - M n)^2 N / (n (N - n) M (N - M)). Here that is solved for the square
   of m N - M n: it is a whole number, and above another number where it is above its whole part, so
   that nothing is rounded. For 10^8 customers the largest product has 38 digits. #}
{% macro differs_from_others(matching, customers, all_matching, all_customers) -%}
    {%- set numbers = {
        'm': matching, 'n': customers, 'all_m': all_matching, 'all_n': all_customers,
    } -%}
    {%- set wide = {} -%}
    {%- for name, number in numbers.items() -%}
        {%- do wide.update({name: dbt_rfm.wide_integer(number)}) -%}
    {%- endfor -%}
    {%- set surplus -%}
    ({{ wide.m }} * {{ wide.all_n }} - {{ wide.all_m }} * {{ wide.n }})
    {%- endset -%}
    {%- set spread -%}
    (
        3841459
        * {{ wide.n }} * ({{ wide.all_n }} - {{ wide.n }})
        * {{ wide.all_m }} * ({{ wide.all_n }} - {{ wide.all_m }})
    )
    {%- endset -%}
    {{ surplus }} * {{ surplus }}
    > {{ dbt_rfm.divide_whole(spread, '(1000000 * ' ~ wide.all_n ~ ')') }}
{%- endmacro %}
