{{ config(
    enabled=dbt_rfm.rfm_setting('rfm_keep_reported') is true,
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    contract={'enforced': dbt_rfm.enforces_contracts()}
) }}

-- What was said first stays: rows are added and never changed.

with customer_tiers as (select * from {{ ref('rfm_customer_tiers') }})

{%- if is_incremental() %},

reported_tiers as (select * from {{ this }})
{%- endif %}

select
    customer_tiers.scheme,
    customer_tiers.as_of_date,
    customer_tiers.customer_id,
    customer_tiers.tier,
    customer_tiers.tier_rank,
    customer_tiers.score,
    {{ dbt_rfm.build_time() }} as reported_at
from customer_tiers
{%- if is_incremental() %}
left join reported_tiers
    on
        {{ dbt_rfm.graded_key('customer_tiers') | indent(8) }}
        = {{ dbt_rfm.graded_key('reported_tiers') | indent(8) }}
where reported_tiers.customer_id is null
{%- endif %}
