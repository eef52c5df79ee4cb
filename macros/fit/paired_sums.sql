{# A query: how two orders of the same customers, a and b, tell buyers from others: one row of the
   keys. `cells` is a relation with the keys, value_a and value_b (higher is better), customers and
   buyers. The place of a buyer by one of the orders is 2 x others below + others with the same
   value, that of another customer 2 x buyers above + buyers with the same value: places of b are
   taken from those of a. #}
{% macro paired_sums(cells, keys) -%}
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
        {{ keys | join(',\n        ') }},
        side,
        value,
        2 * (all_customers - all_buyers - customers_above + buyers_above)
        - customers + buyers as buyer_place,
        2 * buyers_above + buyers as other_place
    from ranked

),

placed as (

    select
        {%- for key in keys %}
        cells.{{ key }},
        {%- endfor %}
        cells.customers,
        cells.buyers,
        {{ dbt_rfm.wide_integer('places_a.buyer_place - places_b.buyer_place') }} as buyer_place,
        {{ dbt_rfm.wide_integer('places_a.other_place - places_b.other_place') }} as other_place
    from {{ cells }} as cells
    -- Each cell has both places; engines without statistics would expect none, and loop over inner
    -- joins. A join for each side: few values are sent to whoever has the cells.
    {%- for side in ['a', 'b'] %}
    left join places as places_{{ side }}
        on
            {{ dbt_rfm.same_values('cells', 'places_' ~ side, keys) | indent(12) }}
            and cells.value_{{ side }} = places_{{ side }}.value
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
