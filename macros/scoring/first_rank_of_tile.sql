{# SQL's ntile: the rank, best first and from 1, of the first customer of a tile. Where the number of
   tiles does not divide that of customers, the first tiles are one larger. #}
{% macro first_rank_of_tile(tile, customers, tiles) -%}
    ({{ tile }} - 1) * {{ dbt_rfm.divide_whole(customers, tiles) }}
    + least({{ tile }} - 1, mod({{ customers }}, {{ tiles }})) + 1
{%- endmacro %}
