{# A query: how two orders of the same customers, a and b, tell buyers from others: one row of the
   keys. `cells` is a relation with the keys, value_a and value_b (higher is better), customers and
   buyers. The place of a buyer by one of the orders is 2 x others below + others with the same
   value, that of another customer 2 x buyers above + buyers with the same value: places of b are
   taken from those of a. #}
{% macro paired_sums(cells, keys) -%}
{%- set cell = keys + ['value_a', 'value_b', 'customers', 'buyers'] -%}
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
        case side when 'a' then 1 else -1 end
        * (
            2 * (all_customers - all_buyers - customers_above + buyers_above) - customers + buyers
        )
            as buyer_place,
        case side when 'a' then 1 else -1 end * (2 * buyers_above + buyers) as other_place
    from ranked

),

cell_sides as (

    {%- for side in ['a', 'b'] %}

    select
        {{ cell | join(',\n        ') }},
        '{{ side }}' as side,
        value_{{ side }} as value
    from {{ cells }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

placed as (

    select
        {%- for column in cell %}
        cell_sides.{{ column }},
        {%- endfor %}
        {{ dbt_rfm.wide_integer('sum(places.buyer_place)') }} as buyer_place,
        {{ dbt_rfm.wide_integer('sum(places.other_place)') }} as other_place
    from cell_sides
    inner join places
        on
            {{ dbt_rfm.same_values(
                'cell_sides', 'places', keys + ['side', 'value']
            ) | indent(12) }}
    group by
        {%- for column in cell %}
        cell_sides.{{ column }}
        {%- if not loop.last %},{% endif %}
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
