{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

with as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

tier_outcomes as (
    select * from {{ ref('int_rfm__tier_outcomes') }}
    where population = 'own'
),

tier_rows as (

    select
        as_of_dates.scheme,
        as_of_dates.as_of_date,
        tiers.tier,
        tiers.tier_rank,
        as_of_dates.outcome_until,
        case when as_of_dates.is_outcome_complete then 'complete' else 'open' end as status,
        {%- for column in [
            'customers', 'buyers', 'orders', 'revenue', 'all_customers', 'all_buyers',
            'all_revenue', 'customers_up_to', 'revenue_up_to', 'rank_order',
        ] %}
        tier_outcomes.{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from as_of_dates
    inner join tiers
        on as_of_dates.scheme = tiers.scheme
    left join tier_outcomes
        on
            {{ dbt_rfm.same_values(
                'as_of_dates', 'tier_outcomes', ['scheme', 'as_of_date']
            ) | indent(12) }}
            and tiers.tier = tier_outcomes.tier

),

whole as (

    select
        *,
        -- What stands under the root of Wilson's interval, z2 (z2 + 4 k (n - k) / n), in 10^-18.
        case
            when customers > 0
                then
                    3841459 * (
                        3841459 * {{ dbt_rfm.wide_integer('1000000') }}
                        + {{ dbt_rfm.divide_whole(
                            '(4000000000000 * ' ~ dbt_rfm.wide_integer('buyers')
                            ~ ' * (customers - buyers))',
                            'customers'
                        ) }}
                    )
        end as squared_margin,
        {{ dbt_rfm.wide_integer('all_customers') }} * {{ dbt_rfm.in_millionths('revenue') }}
            as lift_dividend,
        {{ dbt_rfm.wide_integer('customers') }} * {{ dbt_rfm.in_millionths('all_revenue') }}
            as lift_divisor
    from tier_rows

),

margins as (

    select
        *,
        {{ dbt_rfm.decimal(dbt_rfm.whole_square_root('squared_margin'), 20, 0) }}
        * {{ dbt_rfm.decimal("'0.000000001'", 9, 9) }} as margin
    from whole

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    tier,
    tier_rank,
    outcome_until,
    cast(status as {{ dbt.type_string() }}) as status,
    customers,
    buyers,
    case
        when customers > 0
            then {{ dbt_rfm.decimal(dbt_rfm.divide_half_up('buyers', 'customers'), 9, 6) }}
    end as buy_rate,
    -- Wilson: (2 k + z2 -+ that root) / (2 (n + z2)), z2 = 3.841459.
    {%- for bound, sign in {'low': '-', 'high': '+'}.items() %}
    case
        when customers > 0
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_half_up(
                    dbt_rfm.decimal('2 * buyers + 3.841459 ' ~ sign ~ ' margin'),
                    dbt_rfm.decimal('2 * customers + 7.682918')
                ), 9, 6
            ) }}
    end as buy_rate_{{ bound }},
    {%- endfor %}
    orders,
    revenue,
    case
        when customers > 0
            then {{ dbt_rfm.decimal(dbt_rfm.divide_half_up('revenue', 'customers')) }}
    end as revenue_per_customer,
    case
        when customers > 0 and all_buyers > 0
            then {{ dbt_rfm.decimal(dbt_rfm.divide_half_up(
                '(' ~ dbt_rfm.wide_integer('buyers') ~ ' * all_customers)',
                '(' ~ dbt_rfm.wide_integer('customers') ~ ' * all_buyers)'
            )) }}
    end as lift,
    case
        when lift_divisor > 0
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_wide('lift_dividend', 'lift_divisor')
            ) | indent(12) }}
    end as revenue_lift,
    case
        when all_customers > 0
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_half_up('customers_up_to', 'all_customers'), 9, 6
            ) }}
    end as cumulative_customer_share,
    -- Where refunds nearly cancel the whole, a share can pass what the type holds.
    case
        when all_revenue > 0 and abs(revenue_up_to) < 999 * all_revenue
            then {{ dbt_rfm.decimal(
                dbt_rfm.divide_half_up('revenue_up_to', 'all_revenue'), 9, 6
            ) }}
    end as cumulative_revenue_share,
    cast(rank_order as {{ dbt.type_string() }}) as rank_order
from margins
