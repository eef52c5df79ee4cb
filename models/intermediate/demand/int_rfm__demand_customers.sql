-- A row a customer and row of rfm_regional_demand.

{%- set demand_scheme = dbt_rfm.rfm_setting('rfm_demand_scheme') -%}
{%- set cell = ['level', 'purchase_month', 'region', 'category'] %}

with purchases as (select * from {{ ref('int_rfm__demand_purchases') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

refreshes as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

demand_scheme as (

    select min({{ dbt_rfm.by_bytes('scheme') }}) as scheme
    from refreshes
    {%- if demand_scheme is not none %}
    where scheme = {{ dbt_rfm.text_literal(demand_scheme) }}
    {%- endif %}

),

customer_tiers as (

    select
        graded_customers.customer_id,
        graded_customers.tier
    from graded_customers
    inner join demand_scheme
        on graded_customers.scheme = demand_scheme.scheme
    inner join refreshes
        on
            graded_customers.scheme = refreshes.scheme
            and graded_customers.as_of_date = refreshes.as_of_date

),

customer_sums as (

    select
        {{ cell | join(',\n        ') }},
        customer_id,
        count(*) as orders,
        sum(pieces) as pieces,
        sum(revenue) as revenue
    from purchases
    group by
        {{ cell | join(',\n        ') }},
        customer_id

)

select
    customer_sums.*,
    demand_scheme.scheme,
    coalesce(customer_tiers.tier, 'ungraded') as tier
from customer_sums
cross join demand_scheme
left join customer_tiers
    on customer_sums.customer_id = customer_tiers.customer_id
