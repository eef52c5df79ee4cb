{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set metrics = dbt_rfm.rfm_allowed_values('metric') -%}

with graded_customers as (
    select * from {{ ref('int_rfm__graded_customers') }}
    where is_latest
),

latest_stays as (select * from {{ ref('int_rfm__latest_stays') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

cadences as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_follow_up_cadences') }}
)

select
    cast(graded_customers.scheme as {{ dbt.type_string() }}) as scheme,
    graded_customers.as_of_date,
    graded_customers.window_start,
    graded_customers.customer_id,
    graded_customers.recency_days,
    graded_customers.frequency,
    graded_customers.monetary,
    graded_customers.quantity,
    graded_customers.average_order_value,
    graded_customers.identity,
    cast(graded_customers.first_ordered_at as date) as first_order_date,
    cast(graded_customers.last_ordered_at as date) as last_order_date,
    cast(graded_customers.last_ordered_at as {{ dbt.type_timestamp() }}) as last_ordered_at,
    graded_customers.last_order_id,
    graded_customers.last_order_amount,
    graded_customers.last_product_name,
    coalesce(graded_customers.last_region, '未知') as region,
    graded_customers.last_store_code as store_code,
    {%- for metric in metrics %}
    {{ dbt_rfm.decimal('graded_customers.' ~ metric ~ '_score', 12, 6) }} as {{ metric }}_score,
    {%- endfor %}
    graded_customers.score,
    graded_customers.tier,
    tiers.tier_rank,
    tiers.label as tier_label,
    tiers.label_zh as tier_label_zh,
    cadences.contacts_min,
    cadences.contacts_max,
    cadences.every_n as contact_every_n,
    cadences.period as contact_period,
    cadences.action,
    cadences.action_zh,
    latest_stays.previous_tier,
    coalesce(latest_stays.tier_since, graded_customers.as_of_date) as tier_since,
    latest_stays.last_other_tier
from graded_customers
left join tiers
    on
        graded_customers.scheme = tiers.scheme
        and graded_customers.tier = tiers.tier
left join cadences
    on
        graded_customers.scheme = cadences.scheme
        and graded_customers.tier = cadences.tier
left join latest_stays
    on
        graded_customers.scheme = latest_stays.scheme
        and graded_customers.customer_id = latest_stays.customer_id
