with customers as (

    select * from {{ ref('int_rfm__next_metrics') }}

),

score_steps as (

    select * from {{ ref('int_rfm__score_steps') }}

),

identity_weights as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_identity_weights') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

tiers as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}

),

tier_rule_cells as (

    select * from {{ ref('int_rfm__tier_rule_cells') }}

),

scored as (

    {{ dbt_rfm.scored_customers() | indent(4) }}

),

next_tiers as (

    {{ dbt_rfm.tiered_customers('scored', ['scheme', 'as_of_date', 'customer_id']) | indent(4) }}

)

select * from next_tiers
