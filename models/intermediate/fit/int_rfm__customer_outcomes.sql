-- What came of each graded customer in the months after the as-of date.

{%- set money = dbt_rfm.type_decimal(28, 6) -%}
{%- set number = dbt_rfm.type_decimal(18, 6) -%}
{#- Columns of a graded customer, with their types. -#}
{%- set graded = {
    'tier': dbt.type_string(), 'score': number, 'recency_days': 'integer',
    'frequency': 'bigint', 'monetary': money,
} %}

with as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

customer_totals as (select * from {{ ref('int_rfm__customer_totals') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

complete_dates as (

    select * from as_of_dates
    where is_outcome_complete

),

enabled_schemes as (

    select count(distinct scheme) as schemes
    from as_of_dates

),

edges as (

    select
        scheme,
        as_of_date,
        order_scope,
        1 as factor,
        outcome_until as edge_day
    from complete_dates
    union all
    select
        scheme,
        as_of_date,
        order_scope,
        -1 as factor,
        as_of_date as edge_day
    from complete_dates

),

-- Graded customers and their totals at both edges, one below the other: they meet by grouping, for
-- an engine without statistics would loop over a join by three columns.
rows_of_customers as (

    select
        graded_customers.scheme,
        graded_customers.as_of_date,
        graded_customers.customer_id,
        1 as is_graded,
        {%- for column in graded %}
        graded_customers.{{ column }},
        {%- endfor %}
        0 as orders,
        cast(0 as {{ money }}) as revenue
    from graded_customers
    inner join complete_dates
        on
            graded_customers.scheme = complete_dates.scheme
            and graded_customers.as_of_date = complete_dates.as_of_date
    union all
    select
        edges.scheme,
        edges.as_of_date,
        customer_totals.customer_id,
        0 as is_graded,
        {%- for column, type in graded.items() %}
        cast(null as {{ type }}) as {{ column }},
        {%- endfor %}
        edges.factor * customer_totals.orders as orders,
        cast(edges.factor * customer_totals.amount as {{ money }}) as revenue
    from edges
    inner join customer_totals
        on
            edges.order_scope = customer_totals.order_scope
            and edges.edge_day >= customer_totals.first_day
            and edges.edge_day <= customer_totals.last_day

),

outcomes as (

    select
        scheme,
        as_of_date,
        customer_id,
        {%- for column in graded %}
        max({{ column }}) as {{ column }},
        {%- endfor %}
        cast(sum(orders) as bigint) as orders,
        cast(sum(revenue) as {{ money }}) as revenue
    from rows_of_customers
    group by
        scheme,
        as_of_date,
        customer_id
    having sum(is_graded) = 1

),

counted as (

    select
        *,
        count(*) over (partition by as_of_date, customer_id) as graded_by
    from outcomes

)

select
    counted.scheme,
    counted.as_of_date,
    counted.customer_id,
    counted.tier,
    tiers.tier_rank,
    {%- for column in graded if column != 'tier' %}
    counted.{{ column }},
    {%- endfor %}
    counted.graded_by = enabled_schemes.schemes as is_common,
    counted.orders > 0 as is_buyer,
    counted.orders,
    counted.revenue
from counted
cross join enabled_schemes
inner join tiers
    on
        counted.scheme = tiers.scheme
        and counted.tier = tiers.tier
