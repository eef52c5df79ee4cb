{# An order of the relation `orders` as a value that sorts by time; of one moment, the greatest order
   id by bytes is the last. sortable_part() gives its time, id, source system and amount back. #}
{% macro rfm_sortable_order(orders) -%}
{{ dbt_rfm.by_bytes(dbt_rfm.sortable([
    orders ~ '.ordered_at', orders ~ '.order_id', orders ~ '.source_system', orders ~ '.amount',
])) }}
{%- endmacro %}
