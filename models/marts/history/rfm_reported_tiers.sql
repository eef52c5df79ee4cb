{{ config(
    enabled=dbt_rfm.rfm_setting('rfm_keep_reported') is true,
    materialized='incremental',
    incremental_strategy='append',
    full_refresh=false,
    on_schema_change='append_new_columns',
    contract={'enforced': dbt_rfm.enforces_contracts()}
) }}

-- What was said first stays: rows are added and never changed.

with graded_customers as (
    select * from {{ ref('int_rfm__graded_customers') }}
    where is_latest
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

customer_tiers as (

    select
        cast(graded_customers.scheme as {{ dbt.type_string() }}) as scheme,
        graded_customers.as_of_date,
        graded_customers.customer_id,
        graded_customers.tier,
        tiers.tier_rank,
        graded_customers.score
    from graded_customers
    left join tiers
        on
            graded_customers.scheme = tiers.scheme
            and graded_customers.tier = tiers.tier

)

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
