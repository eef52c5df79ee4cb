-- How the scores of two schemes tell buyers from others, on the customers that both graded.

{%- set keys = ['as_of_date', 'scheme_a', 'scheme_b'] %}

with customer_outcomes as (select * from {{ ref('int_rfm__customer_outcomes') }}),

cells as (

    select
        first_scheme.as_of_date,
        first_scheme.scheme as scheme_a,
        second_scheme.scheme as scheme_b,
        {{ dbt_rfm.decimal('first_scheme.score') }} as value_a,
        {{ dbt_rfm.decimal('second_scheme.score') }} as value_b,
        count(*) as customers,
        -- A filter of a scheme may leave out lines that the other one sees.
        sum(case when first_scheme.is_buyer or second_scheme.is_buyer then 1 else 0 end) as buyers
    from customer_outcomes as first_scheme
    inner join customer_outcomes as second_scheme
        on
            first_scheme.customer_id = second_scheme.customer_id
            and first_scheme.as_of_date = second_scheme.as_of_date
            and {{ dbt_rfm.by_bytes('first_scheme.scheme') }} < {{
                dbt_rfm.by_bytes('second_scheme.scheme')
            }}
    group by
        first_scheme.as_of_date,
        first_scheme.scheme,
        second_scheme.scheme,
        first_scheme.score,
        second_scheme.score

),

paired_sums as (

    {{ dbt_rfm.paired_sums('cells', keys) | indent(4) }}

),

spreads as (

    select
        *,
        {{ dbt_rfm.wide_integer('all_buyers * all_others') }} as pairs,
        {{ dbt_rfm.spread_terms('paired_sums') | indent(8) }} as spread_millionths
    from paired_sums

)

select
    {%- for key in keys %}
    spreads.{{ key }},
    {%- endfor %}
    case
        when spreads.pairs > 0
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_half_up('spreads.buyer_places', 'spreads.pairs'), 9, 6
            ) }}
    end as gini_difference,
    {{ dbt_rfm.is_different('spreads') | indent(4) }} as is_different
from spreads
