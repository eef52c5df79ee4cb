{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set least_customers = dbt_rfm.rfm_setting('rfm_min_insight_customers') -%}
{%- set key = ['scheme', 'as_of_date', 'kind', 'value'] %}

with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

preferences as (
    select * from {{ ref('rfm_customer_preferences') }}
    where
        preference_rank = 1
        and preference in ('category', 'channel', 'order_value_band', 'hour_band')
),

customer_behaviour as (
    select * from {{ ref('rfm_customer_behaviour') }}
    where discount_band is not null
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

-- What customers tend to, and in which discounts.
known_traits as (

    select
        customer_id,
        preference as kind,
        value
    from preferences
    union all
    select
        customer_id,
        'discount_band' as kind,
        discount_band as value
    from customer_behaviour

),

tier_traits as (

    select
        graded_customers.scheme,
        graded_customers.as_of_date,
        graded_customers.tier,
        known_traits.kind,
        known_traits.value,
        count(*) as matching_customers
    from graded_customers
    inner join known_traits
        on graded_customers.customer_id = known_traits.customer_id
    group by
        graded_customers.scheme,
        graded_customers.as_of_date,
        graded_customers.tier,
        known_traits.kind,
        known_traits.value
    union all
    -- All customers of the tier are known: those who ordered again, and those who did not.
    select
        scheme,
        as_of_date,
        tier,
        'repurchase' as kind,
        case when frequency >= 2 then 'yes' else 'no' end as value,
        count(*) as matching_customers
    from graded_customers
    group by
        scheme,
        as_of_date,
        tier,
        case when frequency >= 2 then 'yes' else 'no' end

),

-- A tier in which nobody ordered again has that insight, too.
every_trait as (

    select
        scheme,
        as_of_date,
        tier,
        kind,
        value,
        matching_customers
    from tier_traits
    union all
    select distinct
        scheme,
        as_of_date,
        tier,
        kind,
        'yes' as value,
        0 as matching_customers
    from tier_traits
    where kind = 'repurchase'

),

traits as (

    select
        {{ key | join(',\n        ') }},
        tier,
        sum(matching_customers) as matching_customers
    from every_trait
    group by
        {{ key | join(',\n        ') }},
        tier

),

counted as (

    select
        *,
        sum(matching_customers) over (partition by scheme, as_of_date, kind, tier) as customers,
        sum(matching_customers) over (partition by scheme, as_of_date, kind) as all_customers,
        sum(matching_customers) over (
            partition by {{ key | join(', ') }}
        ) as all_matching_customers
    from traits

),

shown as (

    select
        *,
        case when kind = 'repurchase' then kind else kind || ': ' || value end as insight,
        {{ dbt_rfm.divide_half_up('matching_customers', 'customers') }} as tier_share,
        {{ dbt_rfm.divide_half_up('all_matching_customers', 'all_customers') }} as all_share,
        case
            when all_matching_customers > 0
                then {{ dbt_rfm.divide_half_up(
                    '(matching_customers * all_customers)', '(customers * all_matching_customers)'
                ) }}
        end as lift,
        -- The difference of the two shares, and what both divisors make of it.
        matching_customers * all_customers - all_matching_customers * customers as surplus,
        customers * all_customers as surplus_divisor
    from counted
    where
        customers >= {{ least_customers }}
        and (
            (kind = 'repurchase' and value = 'yes')
            or (kind <> 'repurchase' and matching_customers >= {{ least_customers }})
        )

),

ranked as (

    select
        shown.*,
        tiers.tier_rank,
        tiers.label,
        tiers.label_zh,
        row_number() over (
            partition by shown.scheme, shown.as_of_date, shown.tier
            order by
                {{ dbt_rfm.divide_half_up('shown.surplus', 'shown.surplus_divisor', 12) }} desc,
                {{ dbt_rfm.divide_half_up(
                    'shown.matching_customers', 'shown.customers', 12
                ) }} desc,
                {{ dbt_rfm.by_bytes('shown.insight') }}
        ) as insight_rank
    from shown
    left join tiers
        on
            shown.scheme = tiers.scheme
            and shown.tier = tiers.tier

)

select
    cast(ranked.scheme as {{ dbt.type_string() }}) as scheme,
    ranked.as_of_date,
    ranked.tier,
    ranked.tier_rank,
    cast(ranked.insight as {{ dbt.type_string() }}) as insight,
    cast(ranked.kind as {{ dbt.type_string() }}) as kind,
    cast(
        case when ranked.kind <> 'repurchase' then ranked.value end as {{ dbt.type_string() }}
    ) as value,
    cast(ranked.customers as bigint) as customers,
    cast(ranked.matching_customers as bigint) as matching_customers,
    cast(ranked.tier_share as {{ dbt_rfm.type_decimal(9, 6) }}) as tier_share,
    cast(ranked.all_customers as bigint) as all_customers,
    cast(ranked.all_matching_customers as bigint) as all_matching_customers,
    cast(ranked.all_share as {{ dbt_rfm.type_decimal(9, 6) }}) as all_share,
    cast(ranked.lift as {{ dbt_rfm.type_decimal(28, 6) }}) as lift,
    cast(ranked.insight_rank as integer) as insight_rank,
    {{ dbt_rfm.insight_sentence('ranked', 'en') | indent(4) }} as sentence,
    {{ dbt_rfm.insight_sentence('ranked', 'zh') | indent(4) }} as sentence_zh
from ranked
