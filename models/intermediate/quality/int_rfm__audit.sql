{{ config(materialized='view') }}

-- What must agree where nothing is lost on the way: each row names a count in two places. A leaf of
-- the graph, so that a build of single tables does not run the test on it.

with input_rows as (select * from {{ ref('stg_rfm__order_rows') }}),

orders as (
    select * from {{ ref('int_rfm__orders') }}
    where order_scope = '{{ dbt_rfm.rfm_all_lines() }}'
),

rejected_orders as (select * from {{ ref('rfm_rejected_orders') }}),

scheme_runs as (select * from {{ ref('rfm_scheme_runs') }}),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

score_components as (select * from {{ ref('rfm_score_components') }}),

tier_summary as (select * from {{ ref('rfm_tier_summary') }}),

lines_read as (

    select count(*) as lines from input_rows

),

lines_accepted as (

    select coalesce(sum(lines), 0) as lines from orders

),

lines_refused as (

    select count(*) as lines from rejected_orders

),

customers_graded as (

    select
        scheme,
        sum(customers_graded) as customers
    from scheme_runs
    group by scheme

),

metric_counts as (

    select
        scheme,
        count(*) as metrics
    from scheme_metrics
    group by scheme

),

component_counts as (

    select
        scheme,
        count(*) as components
    from score_components
    group by scheme

),

tier_counts as (

    select
        scheme,
        sum(customers) as customers
    from tier_summary
    group by scheme

)

select
    'lines read = lines accepted + lines refused' as claim,
    lines_read.lines as left_side,
    lines_accepted.lines + lines_refused.lines as right_side
from lines_read
cross join lines_accepted
cross join lines_refused
union all
select
    'customers graded by ' || customers_graded.scheme || ' = customers in its tiers' as claim,
    customers_graded.customers as left_side,
    coalesce(tier_counts.customers, 0) as right_side
from customers_graded
left join tier_counts
    on customers_graded.scheme = tier_counts.scheme
union all
select
    'customers graded by ' || customers_graded.scheme || ' x its metrics = score components'
        as claim,
    customers_graded.customers * metric_counts.metrics as left_side,
    coalesce(component_counts.components, 0) as right_side
from customers_graded
inner join metric_counts
    on customers_graded.scheme = metric_counts.scheme
left join component_counts
    on customers_graded.scheme = component_counts.scheme
