-- The tiers at the next refresh if no order comes.

with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'next_refresh'
),

orders as (select * from {{ ref('int_rfm__orders') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

identity_weights as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_identity_weights') }}
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

tier_rule_cells as (select * from {{ ref('int_rfm__tier_rule_cells') }}),

identities as (

    select distinct
        customer_id,
        {{ dbt_rfm.column_name('identity') }}
    from graded_customers

),

customers as (

    {{ dbt_rfm.measured_customers('periods', 'orders', 'identities') | indent(4) }}

),

scored as (

    {{ dbt_rfm.scored_customers(
        'customers', 'cut_points', 'periods', 'identity_weights'
    ) | indent(4) }}

),

next_tiers as (

    {{ dbt_rfm.tiered_customers(
        'scored', ['scheme', 'as_of_date', 'customer_id'], 'tiers', 'tier_rule_cells'
    ) | indent(4) }}

)

select
    next_tiers.scheme,
    next_tiers.as_of_date,
    next_tiers.customer_id,
    next_tiers.tier,
    tiers.tier_rank,
    {{ dbt_rfm.tier_label('tiers', 'en') }} as tier_label,
    {{ dbt_rfm.tier_label('tiers', 'zh') }} as tier_label_zh
from next_tiers
left join tiers
    on
        next_tiers.scheme = tiers.scheme
        and next_tiers.tier = tiers.tier
