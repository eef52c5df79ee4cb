-- Of whom each trait holds: in a tier, and in all customers of the scheme.

{%- set recency_days = dbt_rfm.rfm_setting('rfm_insight_recency_days') -%}
{%- set key = ['scheme', 'as_of_date', 'kind', 'value'] -%}
{#- Traits that a scheme measures: of whom they hold. -#}
{%- set measured = {
    'repurchase': 'frequency >= 2',
    'recency': 'recency_days > ' ~ recency_days,
} %}

with graded_customers as (
    select * from {{ ref('int_rfm__graded_customers') }}
    where is_latest
),

preferences as (
    select * from {{ ref('int_rfm__customer_preferences') }}
    where
        preference_rank = 1
        and preference in ('category', 'channel', 'order_value_band', 'hour_band')
),

customer_behaviour as (select * from {{ ref('int_rfm__customer_behaviour') }}),

-- What customers tend to, in which discounts, and how sensitive to prices they are.
known_traits as (

    select
        customer_id,
        preference as kind,
        value
    from preferences
    {%- for kind in ['discount_band', 'price_sensitivity'] %}
    union all
    select
        customer_id,
        '{{ kind }}' as kind,
        {{ kind }} as value
    from customer_behaviour
    where {{ kind }} is not null
    {%- endfor %}

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

),

-- Of what a scheme measures all customers are known: those of whom it holds, and the others.
measured_traits as (

    {%- for kind, holds_where in measured.items() %}

    select
        scheme,
        as_of_date,
        tier,
        '{{ kind }}' as kind,
        count(*) as customers,
        sum(case when {{ holds_where }} then 1 else 0 end) as matching_customers
    from graded_customers
    group by
        scheme,
        as_of_date,
        tier
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

traits as (

    select
        {{ key | join(',\n        ') }},
        tier,
        matching_customers,
        false as is_measured
    from tier_traits
    {%- for value, customers in {
        'yes': 'matching_customers', 'no': 'customers - matching_customers',
    }.items() %}
    union all
    select
        scheme,
        as_of_date,
        kind,
        '{{ value }}' as value,
        tier,
        {{ customers }} as matching_customers,
        true as is_measured
    from measured_traits
    {%- endfor %}

)

select
    *,
    sum(matching_customers) over (partition by scheme, as_of_date, kind, tier) as customers,
    sum(matching_customers) over (partition by scheme, as_of_date, kind) as all_customers,
    sum(matching_customers) over (
        partition by {{ key | join(', ') }}
    ) as all_matching_customers
from traits
