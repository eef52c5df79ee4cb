{# A query: how two orders of the same customers, a and b, tell buyers from others: one row of the
   keys. `cells` is a relation with the keys, value_a and value_b (higher is better), customers and
   buyers. The place of a buyer by one of the orders is 2 x others below + others with the same
   value, that of another customer 2 x buyers above + buyers with the same value: places of b are
   taken from those of a. #}
{% macro paired_sums(cells, keys) -%}
{#- The keys as one text: of joins on many columns an engine without statistics expects next to no
    rows, and loops. -#}
{%- set key_texts = [] -%}
{%- for key in keys -%}
    {%- do key_texts.append('cast(' ~ key ~ ' as ' ~ dbt.type_string() ~ ')') -%}
{%- endfor -%}
{%- set key_text = key_texts | join(" || '/' || ") -%}
with sides as (

    {%- for side in ['a', 'b'] %}

    select
        {{ keys | join(',\n        ') }},
        '{{ side }}' as side,
        value_{{ side }} as value,
        sum(customers) as customers,
        sum(buyers) as buyers
    from {{ cells }}
    group by
        {{ keys | join(',\n        ') }},
        value_{{ side }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

ranked as (

    {{ dbt_rfm.best_first('sides', keys + ['side'], ['customers', 'buyers']) | indent(4) }}

),

places as (

    select
        {{ key_text }} as key_text,
        side,
        value,
        2 * (all_customers - all_buyers - customers_above + buyers_above)
        - customers + buyers as buyer_place,
        2 * buyers_above + buyers as other_place
    from ranked

),

keyed_cells as (

    select
        *,
        {{ key_text }} as key_text
    from {{ cells }}

),

placed as (

    select
        {%- for key in keys %}
        keyed_cells.{{ key }},
        {%- endfor %}
        keyed_cells.customers,
        keyed_cells.buyers,
        {{ dbt_rfm.wide_integer('places_a.buyer_place - places_b.buyer_place') }} as buyer_place,
        {{ dbt_rfm.wide_integer('places_a.other_place - places_b.other_place') }} as other_place
    from keyed_cells
    -- A join for each side: few values are sent to whoever has the cells.
    {%- for side in ['a', 'b'] %}
    inner join places as places_{{ side }}
        on
            keyed_cells.key_text = places_{{ side }}.key_text
            and keyed_cells.value_{{ side }} = places_{{ side }}.value
            and places_{{ side }}.side = '{{ side }}'
    {%- endfor %}

)

select
    {{ keys | join(',\n    ') }},
    {{ dbt_rfm.wide_integer('sum(customers)') }} as all_customers,
    {{ dbt_rfm.wide_integer('sum(buyers)') }} as all_buyers,
    {{ dbt_rfm.wide_integer('sum(customers - buyers)') }} as all_others,
    {{ dbt_rfm.wide_integer('sum(buyers * buyer_place)') }} as buyer_places,
    {{ dbt_rfm.wide_integer('sum(buyers * buyer_place * buyer_place)') }} as buyer_squares,
    {{ dbt_rfm.wide_integer('sum((customers - buyers) * other_place)') }} as other_places,
    {{ dbt_rfm.wide_integer('sum((customers - buyers) * other_place * other_place)') }}
        as other_squares
from placed
group by {{ keys | join(', ') }}
{%- endmacro %}
