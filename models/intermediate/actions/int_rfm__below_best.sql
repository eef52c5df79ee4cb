{{ config(materialized='ephemeral') }}

{%- set metrics = dbt_rfm.rfm_allowed_values('metric') %}

with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

scheme_methods as (

    select
        scheme,
        {%- for metric in metrics %}
        max(case when metric = '{{ metric }}' then method end) as {{ metric }}_method,
        max(case when metric = '{{ metric }}' then weight end) as {{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from scheme_metrics
    group by scheme

)

select
    graded_customers.scheme,
    graded_customers.as_of_date,
    graded_customers.customer_id,
    graded_customers.frequency,
    graded_customers.monetary,
    tiers.tier_rank,
    periods.tier_method,
    periods.score_decimals,
    {%- for metric in metrics %}
    graded_customers.{{ metric }}_score,
    scheme_methods.{{ metric }}_method,
    scheme_methods.{{ metric }}_weight
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from graded_customers
inner join periods
    on
        graded_customers.scheme = periods.scheme
        and graded_customers.as_of_date = periods.as_of_date
inner join scheme_methods
    on graded_customers.scheme = scheme_methods.scheme
inner join tiers
    on
        graded_customers.scheme = tiers.scheme
        and graded_customers.tier = tiers.tier
where tiers.tier_rank > 1
