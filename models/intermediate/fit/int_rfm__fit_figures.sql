{%- set keys = ['population', 'scheme', 'as_of_date', 'basis'] -%}
{%- set wide = dbt_rfm.wide_integer -%}
{%- set money = dbt_rfm.type_decimal(28, 6) -%}
{%- set top_20 = dbt_rfm.captured_share('revenue', 2) -%}
{%- set revenue_above = dbt_rfm.in_millionths('revenue_above') -%}
{%- set revenue = dbt_rfm.in_millionths('revenue') %}

with outcome_groups as (select * from {{ ref('int_rfm__outcome_groups') }}),

placed_groups as (

    select
        {{ keys | join(',\n        ') }},
        customers,
        all_customers,
        {{ wide('buyers') }} as buyers,
        {{ wide('customers - buyers') }} as non_buyers,
        {{ wide('all_buyers') }} as all_buyers,
        {{ wide('all_customers - all_buyers') }} as all_others,
        {{ wide(
            '2 * (all_customers - all_buyers - customers_above + buyers_above) - customers + buyers'
        ) }} as buyer_place,
        {{ wide('2 * buyers_above + buyers') }} as other_place,
        {{ wide('buyers_above + buyers') }} as buyers_up_to,
        {{ wide('customers_above - buyers_above + customers - buyers') }} as others_up_to,
        {{ dbt_rfm.in_millionths('all_revenue') }} as all_revenue,
        {{ wide('customers') }} * (2 * {{ revenue_above }} + {{ revenue }}) as concentration,
        case
            when
                10 * customers_above < 2 * all_customers
                and 10 * (customers_above + customers) >= 2 * all_customers
                then {{ top_20.dividend }}
        end as top_20_dividend,
        case
            when
                10 * customers_above < 2 * all_customers
                and 10 * (customers_above + customers) >= 2 * all_customers
                then {{ top_20.divisor }}
        end as top_20_divisor
    from outcome_groups

),

sums as (

    select
        {{ keys | join(',\n        ') }},
        max(all_customers) as all_customers,
        max(customers) as largest_group,
        max(all_buyers) as all_buyers,
        max(all_others) as all_others,
        {{ wide('sum(buyers * buyer_place)') }} as buyer_places,
        {{ wide('sum(buyers * buyer_place * buyer_place)') }} as buyer_squares,
        {{ wide('sum(non_buyers * other_place)') }} as other_places,
        {{ wide('sum(non_buyers * other_place * other_place)') }} as other_squares,
        max(abs(buyers_up_to * all_others - others_up_to * all_buyers)) as widest_gap,
        max(all_revenue) as all_revenue,
        {{ wide('sum(concentration)') }} as concentration,
        max(top_20_dividend) as top_20_dividend,
        max(top_20_divisor) as top_20_divisor
    from placed_groups
    group by {{ keys | join(', ') }}

),

spreads as (

    select
        *,
        {{ wide('all_buyers * all_others') }} as pairs,
        {{ dbt_rfm.spread_terms('sums') | indent(8) }} as spread_millionths,
        -- Concentration of revenue beyond that of customers in any order.
        {{ wide('concentration - ' ~ wide('all_customers') ~ ' * all_revenue') }} as excess
    from sums

),

variances as (

    select
        *,
        -- Of the area under the curve, half up to 12 decimals, in 10^-12.
        {{ dbt_rfm.divide_whole(
            '(2000000 * spread_millionths + 4 * pairs * pairs)', '(8 * pairs * pairs)'
        ) }} as auc_variance,
        max(case when basis = 'revenue' then excess end) over (
            partition by population, scheme, as_of_date
        ) as most_excess
    from spreads

),

squares as (

    select
        *,
        -- Of 1.96 standard errors of the Gini coefficient, in 10^-18.
        4 * 3841459 * auc_variance as squared_margin,
        case when most_excess < 0 then -1 else 1 end * excess as signed_excess,
        abs(most_excess) as excess_divisor
    from variances

),

figures as (

    select
        *,
        case
            when pairs > 0 then {{ dbt_rfm.divide_half_up('(buyer_places - pairs)', 'pairs', 12) }}
        end as gini,
        {{ dbt_rfm.decimal(dbt_rfm.whole_square_root('squared_margin'), 20, 0) }}
        * {{ dbt_rfm.decimal("'0.000000001'", 9, 9) }} as margin
    from squares

)

select
    {{ keys | join(',\n    ') }},
    cast(all_customers as bigint) as customers,
    cast(largest_group as bigint) as largest_group,
    cast(all_buyers as bigint) as buyers,
    buyer_places,
    {{ dbt_rfm.decimal('gini', 9, 6) }} as gini,
    case when margin is not null then {{ dbt_rfm.decimal('greatest(gini - margin, -1)', 9, 6) }} end
        as gini_low,
    case when margin is not null then {{ dbt_rfm.decimal('least(gini + margin, 1)', 9, 6) }} end
        as gini_high,
    case
        when all_revenue > 0 and excess_divisor > 0
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_wide('signed_excess', 'excess_divisor'), 9, 6
            ) | indent(12) }}
    end as revenue_gini,
    case
        when pairs > 0
            then {{ dbt_rfm.decimal(dbt_rfm.divide_half_up('widest_gap', 'pairs'), 9, 6) }}
    end as ks,
    -- Where refunds nearly cancel the whole, a share can pass what the type holds.
    case
        when top_20_divisor > 0 and abs(top_20_dividend) < 999 * top_20_divisor
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_wide('top_20_dividend', 'top_20_divisor'), 9, 6
            ) | indent(12) }}
    end as top_20_revenue_share
from figures
where basis <> 'revenue'
