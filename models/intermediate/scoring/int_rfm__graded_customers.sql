{%- set columns = [
    'scheme', 'as_of_date', 'customer_id', 'line_set', 'window_start', 'recency_days', 'frequency',
    'monetary', 'quantity', 'average_order_value', 'identity', 'first_ordered_at',
    'last_ordered_at', 'last_order_id', 'last_order_amount', 'recency_score', 'frequency_score',
    'monetary_score', 'quantity_score', 'average_order_value_score', 'identity_score',
    'recency_cell', 'frequency_cell', 'monetary_cell',
] %}

with customers as (

    select * from {{ ref('int_rfm__customer_metrics') }}

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

graded_customers as (

    {{ dbt_rfm.tiered_customers('scored', columns) | indent(4) }}

)

select * from graded_customers
