-- Who is on the follow-up list of a scheme, and by which plan: the customers that it graded, and
-- those who first ordered after its as-of date, whom no tier plans for yet.

{%- set plan = [
    'label', 'label_zh', 'contacts_min', 'contacts_max', 'every_n', 'period', 'action', 'action_zh',
    'months_in_round', 'days_in_round', 'round_start_date', 'round_end_date', 'first_due_date',
] %}

with graded_customers as (
    select * from {{ ref('int_rfm__graded_customers') }}
    where is_latest
),

plans as (select * from {{ ref('int_rfm__follow_up_plans') }}),

new_since_as_of as (
    select * from {{ ref('int_rfm__later_tiers') }}
    where
        period = 'report'
        and cast(first_ordered_at as date) > as_of_date
),

customer_behaviour as (select * from {{ ref('int_rfm__customer_behaviour') }}),

life_cycles as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_life_cycles') }}
),

customers as (

    select
        scheme,
        as_of_date,
        customer_id,
        tier,
        monetary
    from graded_customers
    union all
    select
        scheme,
        as_of_date,
        customer_id,
        cast(null as {{ dbt.type_string() }}) as tier,
        monetary
    from new_since_as_of

)

select
    customers.scheme,
    customers.as_of_date,
    customer_behaviour.report_date,
    customers.customer_id,
    customers.tier,
    plans.tier_rank,
    customers.monetary,
    {%- for column in plan %}
    plans.{{ column }},
    {%- endfor %}
    customer_behaviour.first_order_date,
    customer_behaviour.last_order_date,
    coalesce(plans.tier_rank, 0) as tier_place,
    -- A welcome within a week is a pace of 52 contacts a year.
    coalesce(
        plans.contacts_per_year,
        {{ dbt_rfm.divide_half_up('365', 'life_cycles.contact_within_days') | indent(8) }}
    ) as contacts_per_year,
    {{ dbt_rfm.add_days('customer_behaviour.first_order_date', 'life_cycles.contact_within_days') }}
        as welcome_due_date
from customers
inner join customer_behaviour
    on customers.customer_id = customer_behaviour.customer_id
left join plans
    on
        customers.scheme = plans.scheme
        and customers.as_of_date = plans.as_of_date
        and customers.tier = plans.tier
left join life_cycles
    on customer_behaviour.life_cycle = life_cycles.life_cycle
