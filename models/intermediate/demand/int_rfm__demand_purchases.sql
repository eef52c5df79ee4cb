{{ config(materialized='ephemeral') }}

-- Who bought what where and when: a row a month, region, category and order, and again for the
-- totals of the region and of the month.

{%- set levels = {
    'total': ["'(all)'", "'(all)'"], 'region': ['region', "'(all)'"], 'category': ['region', 'category'],
} %}

with purchase_lines as (
    select * from {{ ref('int_rfm__purchase_lines') }}
    where not is_refund
),

report_dates as (

    select max(latest_report_date) as report_date
    from {{ ref('int_rfm__periods') }}

),

dated_lines as (

    select
        purchase_lines.*,
        {{ dbt_rfm.period_start('month', 'purchase_lines.ordered_at') }} as purchase_month
    from purchase_lines
    inner join report_dates
        on cast(purchase_lines.ordered_at as date) <= report_dates.report_date

),

order_cells as (

    select
        purchase_month,
        region,
        category,
        customer_id,
        order_id,
        source_system,
        sum(quantity) as pieces,
        sum(amount) as revenue
    from dated_lines
    group by
        purchase_month,
        region,
        category,
        customer_id,
        order_id,
        source_system

)

{%- for level, (region, category) in levels.items() %}

select
    '{{ level }}' as level,
    purchase_month,
    {{ region }} as region,
    {{ category }} as category,
    customer_id,
    order_id,
    source_system,
    sum(pieces) as pieces,
    sum(revenue) as revenue
from order_cells
group by
    purchase_month,
    {%- if region == 'region' %}
    region,
    {%- endif %}
    {%- if category == 'category' %}
    category,
    {%- endif %}
    customer_id,
    order_id,
    source_system
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
