-- The rows of rfm_regional_demand, and which of them are kept back. Beside rows of few customers
-- the next larger ones are kept back, so that nobody can tell which is which; where these would not
-- hide them, all are: the categories of a region, the regions of a month, or the month.

{%- set least_customers = dbt_rfm.rfm_setting('rfm_min_cell_customers') -%}
{%- set cell = ['level', 'purchase_month', 'region', 'category'] -%}
{%- set measures = ['orders', 'pieces', 'revenue'] %}

with demand_customers as (

    select * from {{ ref('int_rfm__demand_customers') }}

),

cells as (

    select
        {{ cell | join(',\n        ') }},
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        count(*) as customers
    from demand_customers
    group by {{ cell | join(', ') }}

),

categories as (

    select
        *,
        min(case when customers >= {{ least_customers }} then customers end) over (
            partition by purchase_month, region
        ) as next_customers
    from cells
    where level = 'category'

),

category_groups as (

    select
        purchase_month,
        region,
        count(*) as categories,
        min(customers) as fewest_customers,
        min(next_customers) as next_customers,
        sum(case when customers <= next_customers then revenue else 0 end) as revenue_together
    from categories
    group by
        purchase_month,
        region

),

-- Categories of up to hidden_customers customers are kept back. An odd region cannot be shown: its
-- categories would be known to have few customers or no revenue.
regions as (

    select
        cells.*,
        category_groups.categories,
        category_groups.fewest_customers as fewest_category_customers,
        case
            when category_groups.fewest_customers >= {{ least_customers }} then 0
            when category_groups.revenue_together > 0 then category_groups.next_customers
            else cells.customers
        end as hidden_customers,
        case
            when cells.customers < {{ least_customers }} then 0
            when cells.revenue = 0 then 1
            when cells.pieces - category_groups.categories + 1 < {{ least_customers }} then 1
            else 0
        end as is_odd,
        min(case when cells.customers >= {{ least_customers }} then cells.customers end) over (
            partition by cells.purchase_month
        ) as next_customers
    from cells
    inner join category_groups
        on
            {{ dbt_rfm.same_values('cells', 'category_groups', ['purchase_month', 'region']) | indent(12) }}
    where cells.level = 'region'

),

region_groups as (

    select
        purchase_month,
        count(*) as regions,
        sum(categories) as categories,
        max(is_odd) as has_odd_region,
        min(customers) as fewest_customers,
        min(fewest_category_customers) as fewest_category_customers,
        min(next_customers) as next_customers,
        sum(case when customers <= next_customers then revenue else 0 end) as revenue_together,
        sum(
            case when customers <= next_customers then pieces - (customers + categories - 1) end
        ) as pieces_to_spare
    from regions
    group by purchase_month

),

-- Regions of up to hidden_customers customers are kept back; where it is null, the whole month.
months as (

    select
        cells.*,
        case
            when cells.customers < 2 * {{ least_customers }} - 1 then null
            when region_groups.fewest_category_customers >= {{ least_customers }} then 0
            when
                region_groups.has_odd_region = 0
                and region_groups.fewest_customers >= {{ least_customers }}
                then 0
            when
                region_groups.has_odd_region = 0
                and region_groups.revenue_together > 0
                and region_groups.pieces_to_spare >= 0
                then region_groups.next_customers
            when
                region_groups.regions > 1
                and cells.revenue > 0
                and cells.customers + region_groups.categories - 1 <= cells.pieces
                then cells.customers
        end as hidden_customers
    from cells
    inner join region_groups
        on
            {{ dbt_rfm.same_values('cells', 'region_groups', ['purchase_month']) | indent(12) }}
    where cells.level = 'total'

),

marked_months as (

    select
        *,
        case when hidden_customers is null then 1 else 0 end as is_suppressed
    from months

),

marked_regions as (

    select
        regions.*,
        case
            when months.hidden_customers is null then 1
            when regions.customers <= months.hidden_customers then 1
            else 0
        end as is_suppressed
    from regions
    inner join months
        on
            {{ dbt_rfm.same_values('regions', 'months', ['purchase_month']) | indent(12) }}

),

marked_categories as (

    select
        categories.*,
        case
            when marked_regions.is_suppressed = 1 then 1
            when categories.customers <= marked_regions.hidden_customers then 1
            else 0
        end as is_suppressed
    from categories
    inner join marked_regions
        on
            {{ dbt_rfm.same_values('categories', 'marked_regions', ['purchase_month', 'region']) | indent(12) }}

)
{% for relation in ['marked_months', 'marked_regions', 'marked_categories'] %}
select
    {{ cell | join(',\n    ') }},
    cast(customers as bigint) as customers,
    cast(orders as bigint) as orders,
    cast(pieces as bigint) as pieces,
    cast(revenue as {{ dbt_rfm.type_decimal(28, 6) }}) as revenue,
    is_suppressed
from {{ relation }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
