{%- set columns = [
    'scheme', 'as_of_date', 'is_latest', 'customer_id', 'window_start', 'recency_days', 'frequency',
    'monetary', 'quantity', 'average_order_value', 'identity', 'orders_ever', 'amount_ever',
    'quantity_ever', 'first_ordered_at', 'last_ordered_at', 'last_order_id', 'last_order_amount',
    'last_product_name', 'last_region', 'last_store_code',
    'recency_score', 'frequency_score', 'monetary_score', 'quantity_score',
    'average_order_value_score', 'identity_score', 'recency_cell', 'frequency_cell', 'monetary_cell',
] %}

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
