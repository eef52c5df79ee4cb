-- What came of the customers of each tier, and whether the next worse ranked tier did worse.

{%- set keys = ['population', 'scheme', 'as_of_date'] -%}
{%- set measures = ['customers', 'buyers', 'orders', 'revenue'] -%}
{%- set in_order = 'partition by population, scheme, as_of_date order by tier_rank' -%}
{%- set least_customers = 30 %}

with customer_outcomes as (select * from {{ ref('int_rfm__customer_outcomes') }}),

as_of_dates as (
    select * from {{ ref('int_rfm__as_of_dates') }}
    where is_outcome_complete
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

schemes as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}
),

tier_rules as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tier_rules') }}
),

counted as (

    select
        scheme,
        as_of_date,
        tier,
        is_common,
        count(*) as customers,
        sum(case when is_buyer then 1 else 0 end) as buyers,
        sum(orders) as orders,
        sum(revenue) as revenue
    from customer_outcomes
    group by
        scheme,
        as_of_date,
        tier,
        is_common

),

of_populations as (

    {{ dbt_rfm.populations(
        'counted', ['scheme', 'as_of_date', 'tier'], measures
    ) | indent(4) }}

),

-- Also where a scheme grades nobody.
judged_dates as (

    select
        'own' as population,
        scheme,
        as_of_date
    from as_of_dates
    union all
    select distinct
        population,
        scheme,
        as_of_date
    from of_populations
    where population <> 'own'

),

ruled_tiers as (

    select distinct
        scheme,
        tier
    from tier_rules
    where
        coalesce(
            recency_min, recency_max, frequency_min, frequency_max, monetary_min, monetary_max
        ) is not null

),

-- The worst ranked tier of a rule scheme that no rule with a bound names holds what is left over:
-- it is no grade, and has no place in the order.
graded_tiers as (

    select
        tiers.scheme,
        tiers.tier,
        tiers.tier_rank,
        case
            when
                schemes.tier_method = 'rules'
                and ruled_tiers.tier is null
                and tiers.tier_rank = max(tiers.tier_rank) over (partition by tiers.scheme)
                then 0
            else 1
        end as has_place
    from tiers
    inner join schemes
        on tiers.scheme = schemes.scheme
    left join ruled_tiers
        on
            tiers.scheme = ruled_tiers.scheme
            and tiers.tier = ruled_tiers.tier

),

tier_rows as (

    select
        judged_dates.population,
        judged_dates.scheme,
        judged_dates.as_of_date,
        graded_tiers.tier,
        graded_tiers.tier_rank,
        graded_tiers.has_place,
        {%- for measure in measures %}
        coalesce(of_populations.{{ measure }}, 0) as {{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from judged_dates
    inner join graded_tiers
        on judged_dates.scheme = graded_tiers.scheme
    left join of_populations
        on
            {{ dbt_rfm.same_values('judged_dates', 'of_populations', keys) | indent(12) }}
            and graded_tiers.tier = of_populations.tier

),

-- Tiers are few: these windows run over them, never over customers.
neighbours as (

    select
        *,
        {%- for measure in ['customers', 'revenue'] %}
        sum({{ measure }}) over ({{ in_order }} rows between unbounded preceding and current row)
            as {{ measure }}_up_to,
        {%- endfor %}
        {%- for measure in ['customers', 'buyers', 'revenue'] %}
        sum({{ measure }}) over (partition by population, scheme, as_of_date) as all_{{ measure }},
        {%- endfor %}
        {%- for column in ['tier', 'customers', 'buyers', 'has_place'] %}
        lead({{ column }}) over ({{ in_order }}) as next_{{ column }},
        {%- endfor %}
        case when has_place = 1 and customers >= {{ least_customers }} then 1 else 0 end as is_large
    from tier_rows

),

-- A tier of a few customers does not part its neighbours.
large_neighbours as (

    select
        *,
        {%- for column in ['tier', 'customers', 'buyers'] %}
        case
            when is_large = 1
                then
                    lead({{ column }}) over (
                        partition by population, scheme, as_of_date, is_large order by tier_rank
                    )
        end as next_large_{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from neighbours

)

select
    population,
    scheme,
    as_of_date,
    tier,
    tier_rank,
    {%- for measure in ['customers', 'buyers', 'orders'] %}
    cast({{ measure }} as bigint) as {{ measure }},
    {%- endfor %}
    cast(revenue as {{ dbt_rfm.type_decimal(28, 6) }}) as revenue,
    {%- for measure in ['customers', 'buyers'] %}
    cast(all_{{ measure }} as bigint) as all_{{ measure }},
    {%- endfor %}
    cast(all_revenue as {{ dbt_rfm.type_decimal(28, 6) }}) as all_revenue,
    cast(customers_up_to as bigint) as customers_up_to,
    cast(revenue_up_to as {{ dbt_rfm.type_decimal(28, 6) }}) as revenue_up_to,
    next_large_tier,
    cast(next_large_customers as bigint) as next_large_customers,
    cast(next_large_buyers as bigint) as next_large_buyers,
    coalesce(
        buyers * next_large_customers < next_large_buyers * customers
        and {{ dbt_rfm.differs_from_others(
            'buyers',
            'customers',
            '(buyers + next_large_buyers)',
            '(customers + next_large_customers)'
        ) | indent(8) }},
        false
    ) as is_reversed,
    -- Null beside a tier that has no place, and for the worst.
    case
        when has_place = 1 and next_has_place = 1 and next_tier is not null
            then
                case
                    when
                        customers < {{ least_customers }}
                        or next_customers < {{ least_customers }}
                        then 'too_few'
                    when buyers * next_customers >= next_buyers * customers then 'ordered'
                    when
                        {{ dbt_rfm.differs_from_others(
                            'buyers',
                            'customers',
                            '(buyers + next_buyers)',
                            '(customers + next_customers)'
                        ) | indent(24) }}
                        then 'reversed_significantly'
                    else 'reversed'
                end
    end as rank_order
from large_neighbours
