{%- set columns = dbt_rfm.graded_columns() %}

with customers as (select * from {{ ref('int_rfm__customer_metrics') }}),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

identity_weights as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_identity_weights') }}
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

tier_rule_cells as (select * from {{ ref('int_rfm__tier_rule_cells') }}),

scored as (

    {{ dbt_rfm.scored_customers(
        'customers', 'cut_points', 'periods', 'identity_weights'
    ) | indent(4) }}

),

graded_customers as (

    {{ dbt_rfm.tiered_customers('scored', columns, 'tiers', 'tier_rule_cells') | indent(4) }}

)

select * from graded_customers
