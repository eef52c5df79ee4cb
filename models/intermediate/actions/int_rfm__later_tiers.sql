-- The tiers that customers have earned by the report date, and those at the next refresh if no
-- other order comes.

{%- set columns = [
    'scheme', 'period', 'as_of_date', 'customer_id', 'frequency', 'monetary', 'first_ordered_at',
    'recency_cell', 'frequency_cell', 'monetary_cell', 'frequency_score', 'monetary_score',
    'tier_method', 'score_decimals', 'contributions',
] %}

with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period <> 'as_of'
),

customer_totals as (select * from {{ ref('int_rfm__customer_totals') }}),
{% if dbt_rfm.own_measure_metrics() %}
customer_measures as (select * from {{ ref('int_rfm__customer_measures') }}),
{% endif %}
graded_customers as (
    select * from {{ ref('int_rfm__graded_customers') }}
    where is_latest
),

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

    {{ dbt_rfm.measured_customers(
        'periods', 'customer_totals', 'identities', 'customer_measures'
    ) | indent(4) }}

),

scored as (

    {{ dbt_rfm.scored_customers(
        'customers', 'cut_points', 'periods', 'identity_weights'
    ) | indent(4) }}

),

later_tiers as (

    {{ dbt_rfm.tiered_customers(
        'scored', columns, 'tiers', 'tier_rule_cells'
    ) | indent(4) }}

)

select
    later_tiers.*,
    tiers.tier_rank,
    {{ dbt_rfm.tier_label('tiers', 'en') }} as tier_label,
    {{ dbt_rfm.tier_label('tiers', 'zh') }} as tier_label_zh
from later_tiers
left join tiers
    on
        later_tiers.scheme = tiers.scheme
        and later_tiers.tier = tiers.tier
