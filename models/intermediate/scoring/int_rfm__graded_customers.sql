{%- set columns = ['scheme', 'as_of_date', 'is_latest', 'customer_id', 'window_start', 'identity'] -%}
{%- for metric in dbt_rfm.rfm_allowed_values('measured_metric') -%}
    {%- do columns.append(dbt_rfm.metric_column(metric)) -%}
{%- endfor -%}
{%- for measure in dbt_rfm.order_measures().values() -%}
    {%- do columns.append(measure ~ '_ever') -%}
{%- endfor -%}
{%- for metric in dbt_rfm.rfm_allowed_values('metric') -%}
    {%- do columns.append(metric ~ '_score') -%}
{%- endfor -%}
{%- do columns.extend([
    'recency_cell', 'frequency_cell', 'monetary_cell', 'first_ordered_at', 'last_ordered_at',
    'last_order_id', 'last_order_amount', 'last_product_name', 'last_region', 'last_store_code',
]) %}

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
