{{ config(materialized='view') }}

-- What must agree where nothing is lost on the way: each row names a count in two places. A leaf of
-- the graph, so that a build of single tables does not run the test on it.

with input_rows as (select * from {{ ref('stg_rfm__order_rows') }}),

orders as (
    select * from {{ ref('int_rfm__orders') }}
    where order_scope = '{{ dbt_rfm.rfm_all_lines() }}'
),

checked_lines as (select * from {{ ref('int_rfm__checked_lines') }}),

customer_metrics as (select * from {{ ref('int_rfm__customer_metrics') }}),

tier_sums as (select * from {{ ref('int_rfm__tier_sums') }}),

lines_read as (

    select count(*) as lines from input_rows

),

lines_accepted as (

    select coalesce(sum(lines), 0) as lines from orders

),

lines_refused as (

    select count(*) as lines from checked_lines
    where reject_reason is not null

),

customers_graded as (

    select
        scheme,
        count(*) as customers
    from customer_metrics
    group by scheme

),

tier_counts as (

    select
        scheme,
        sum(customers) as customers
    from tier_sums
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
