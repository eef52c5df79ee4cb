{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set keys = ['as_of_date', 'scheme_a', 'scheme_b'] -%}
{%- set wide = dbt_rfm.wide_integer %}

with scheme_overlap as (select * from {{ ref('int_rfm__scheme_overlap') }}),

scheme_differences as (select * from {{ ref('int_rfm__scheme_differences') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

-- The names of a scheme's tiers, as one text.
tier_sets as (

    select
        scheme,
        {{ dbt_rfm.joined_text('tier', 'chr(1)', dbt_rfm.by_bytes('tier')) }} as tier_names
    from tiers
    group by scheme

),

tiers_of_a as (

    select
        {{ keys | join(',\n        ') }},
        tier_a as tier,
        {{ wide('sum(customers)') }} as customers_a
    from scheme_overlap
    group by
        {{ keys | join(',\n        ') }},
        tier_a

),

tiers_of_b as (

    select
        {{ keys | join(',\n        ') }},
        tier_b as tier,
        {{ wide('sum(customers)') }} as customers_b
    from scheme_overlap
    group by
        {{ keys | join(',\n        ') }},
        tier_b

),

-- One row a cell or a tier, so that pairs of customers in the same one are summed in one go.
counted as (

    select
        {{ keys | join(',\n        ') }},
        customers,
        {{ wide('customers') }} * (customers - 1) as cell_pairs,
        0 as pairs_a,
        0 as pairs_b,
        case when tier_a = tier_b then customers else 0 end as same_tier,
        0 as same_by_chance
    from scheme_overlap
    union all
    select
        {{ keys | join(',\n        ') }},
        0 as customers,
        0 as cell_pairs,
        customers_a * (customers_a - 1) as pairs_a,
        0 as pairs_b,
        0 as same_tier,
        0 as same_by_chance
    from tiers_of_a
    union all
    select
        {{ keys | join(',\n        ') }},
        0 as customers,
        0 as cell_pairs,
        0 as pairs_a,
        customers_b * (customers_b - 1) as pairs_b,
        0 as same_tier,
        0 as same_by_chance
    from tiers_of_b
    union all
    select
        {%- for key in keys %}
        tiers_of_a.{{ key }},
        {%- endfor %}
        0 as customers,
        0 as cell_pairs,
        0 as pairs_a,
        0 as pairs_b,
        0 as same_tier,
        tiers_of_a.customers_a * tiers_of_b.customers_b as same_by_chance
    from tiers_of_a
    inner join tiers_of_b
        on
            {{ dbt_rfm.same_values('tiers_of_a', 'tiers_of_b', keys + ['tier']) | indent(12) }}

),

sums as (

    select
        {{ keys | join(',\n        ') }},
        {%- for column in [
            'customers', 'cell_pairs', 'pairs_a', 'pairs_b', 'same_tier', 'same_by_chance',
        ] %}
        {{ wide('sum(' ~ column ~ ')') }} as {{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from counted
    group by {{ keys | join(', ') }}

),

-- Hubert & Arabie: with ordered pairs, twice as many of each kind, nothing is halved.
ratios as (

    select
        sums.*,
        case when sets_of_a.tier_names = sets_of_b.tier_names then 1 else 0 end as has_same_tiers,
        sums.customers * sums.same_tier - sums.same_by_chance as kappa_dividend,
        sums.customers * sums.customers - sums.same_by_chance as kappa_divisor,
        2 * (
            sums.customers * (sums.customers - 1) * sums.cell_pairs - sums.pairs_a * sums.pairs_b
        ) as rand_dividend,
        sums.customers * (sums.customers - 1) * (sums.pairs_a + sums.pairs_b)
        - 2 * sums.pairs_a * sums.pairs_b as rand_divisor
    from sums
    inner join tier_sets as sets_of_a
        on sums.scheme_a = sets_of_a.scheme
    inner join tier_sets as sets_of_b
        on sums.scheme_b = sets_of_b.scheme

)

select
    ratios.as_of_date,
    ratios.scheme_a,
    ratios.scheme_b,
    cast(ratios.customers as bigint) as customers,
    case
        when ratios.has_same_tiers = 1
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_half_up('ratios.same_tier', 'ratios.customers'), 9, 6
            ) }}
    end as same_tier_share,
    case
        when ratios.has_same_tiers = 1 and ratios.kappa_divisor > 0
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_half_up('ratios.kappa_dividend', 'ratios.kappa_divisor'), 9, 6
            ) }}
    end as kappa,
    case
        when ratios.rand_divisor > 0
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_wide('ratios.rand_dividend', 'ratios.rand_divisor'), 9, 6
            ) | indent(12) }}
    end as adjusted_rand_index,
    scheme_differences.gini_difference,
    scheme_differences.is_different
from ratios
left join scheme_differences
    on
        {{ dbt_rfm.same_values('ratios', 'scheme_differences', keys) | indent(8) }}
