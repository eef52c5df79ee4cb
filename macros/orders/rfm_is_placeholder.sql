{# Whether a stripped id stands for no id: a row of the CTE placeholder_ids, in any case. `applies_to`
   is order_id or customer_id; none is an id to which only the rows for all ids apply. #}
{% macro rfm_is_placeholder(value, applies_to=none) -%}
    {%- set kinds = ['both'] + ([applies_to] if applies_to is not none else []) -%}
    {{ dbt_rfm.is_one_of(
        'lower(' ~ value ~ ')',
        'select placeholder_ids.id from placeholder_ids where placeholder_ids.applies_to in ('
        ~ dbt_rfm.text_list(kinds) ~ ')'
    ) }}
{%- endmacro %}
