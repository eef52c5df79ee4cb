-- A row a customer and row of rfm_regional_demand: of each region and category of a month, of each
-- region, and of the month.

{%- set demand_scheme = dbt_rfm.rfm_setting('rfm_demand_scheme') -%}
{%- set order_key = ['customer_id', 'order_id', 'source_system'] -%}
{%- set levels = {
    'total': ["'(all)'", "'(all)'"], 'region': ['region', "'(all)'"], 'category': ['region', 'category'],
} %}

with purchase_lines as (
    select * from {{ ref('int_rfm__purchase_lines') }}
    where not is_refund
),

graded_customers as (
    select * from {{ ref('int_rfm__graded_customers') }}
    where is_latest
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

demand_scheme as (

    select
        min({{ dbt_rfm.by_bytes('scheme') }}) as scheme,
        max(report_date) as report_date
    from periods
    {%- if demand_scheme is not none %}
    where scheme = {{ dbt_rfm.text_literal(demand_scheme) }}
    {%- endif %}

),

dated_lines as (

    select
        purchase_lines.*,
        {{ dbt_rfm.period_start('month', 'purchase_lines.ordered_at') }} as purchase_month
    from purchase_lines
    inner join demand_scheme
        on cast(purchase_lines.ordered_at as date) <= demand_scheme.report_date

),

order_cells as (

    select
        purchase_month,
        region,
        category,
        {{ order_key | join(',\n        ') }},
        sum(quantity) as pieces,
        sum(amount) as revenue
    from dated_lines
    group by
        purchase_month,
        region,
        category,
        {{ order_key | join(',\n        ') }}

),

-- An order counts once in each of its cells.
orders as (

    {%- for level, (region, category) in levels.items() %}

    select
        '{{ level }}' as level,
        purchase_month,
        {{ region }} as region,
        {{ category }} as category,
        customer_id,
        sum(pieces) as pieces,
        sum(revenue) as revenue
    from order_cells
    group by
        purchase_month,
        {%- for column in [region, category] if column in ['region', 'category'] %}
        {{ column }},
        {%- endfor %}
        {{ order_key | join(',\n        ') }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

customer_sums as (

    select
        level,
        purchase_month,
        region,
        category,
        customer_id,
        count(*) as orders,
        sum(pieces) as pieces,
        sum(revenue) as revenue
    from orders
    group by level, purchase_month, region, category, customer_id

)

select
    customer_sums.*,
    demand_scheme.scheme,
    coalesce(graded_customers.tier, 'ungraded') as tier
from customer_sums
cross join demand_scheme
left join graded_customers
    on
        demand_scheme.scheme = graded_customers.scheme
        and customer_sums.customer_id = graded_customers.customer_id
