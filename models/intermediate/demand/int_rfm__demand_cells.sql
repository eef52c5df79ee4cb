-- The rows of rfm_regional_demand, and which of them are kept back: beside those that must not be
-- seen so many of the next smallest that, for all a reader can tell, each may be the large one.

{%- set least_customers = dbt_rfm.rfm_setting('rfm_min_cell_customers') -%}
{%- set cell = ['level', 'purchase_month', 'region', 'category'] -%}
{%- set measures = ['customers', 'orders', 'pieces', 'revenue'] -%}
{%- set month = ['purchase_month'] -%}
{%- set region = ['purchase_month', 'region'] %}

with demand_customers as (select * from {{ ref('int_rfm__demand_customers') }}),

cells as (

    select
        {{ cell | join(',\n        ') }},
        count(*) as customers,
        sum(orders) as orders,
        sum(pieces) as pieces,
        sum(revenue) as revenue
    from demand_customers
    group by {{ cell | join(', ') }}

),

-- Step 0 must not be seen; the others follow by their customers.
category_cells as (

    select
        *,
        1 as categories,
        case when customers < {{ least_customers }} then 0 else customers end as step
    from cells
    where level = 'category'

),

region_categories as (

    select
        purchase_month,
        region,
        count(*) as categories,
        min(customers) as fewest_customers
    from category_cells
    group by purchase_month, region

),

-- A region without revenue, or of too few pieces, would tell on its categories.
region_cells as (

    select
        cells.*,
        region_categories.categories,
        case
            when cells.customers < {{ least_customers }} then 0
            when cells.pieces - region_categories.categories + 1 < {{ least_customers }} then 0
            when
                cells.revenue = 0
                and region_categories.fewest_customers < {{ least_customers }}
                then 0
            else cells.customers
        end as step
    from cells
    inner join region_categories
        on
            {{ dbt_rfm.same_values('cells', 'region_categories', region) | indent(12) }}
    where cells.level = 'region'

),

{%- for level, parent_level, siblings in [
    ['region', 'total', month],
    ['category', 'region', region],
] %}

{{ level }}_steps as (

    select
        {{ siblings | join(',\n        ') }},
        step,
        count(*) as members,
        sum(categories) as categories,
        sum(customers) as customers,
        sum(pieces) as pieces,
        sum(revenue) as revenue
    from {{ level }}_cells
    group by
        {{ siblings | join(',\n        ') }},
        step

),

{{ level }}_sums as (

    select
        {{ siblings | join(',\n        ') }},
        step,
        {%- for number in ['members', 'categories', 'customers', 'pieces', 'revenue'] %}
        sum({{ number }}) over (
            partition by {{ siblings | join(', ') }}
            order by step
            rows between unbounded preceding and current row
        ) as {{ number }},
        {%- endfor %}
        sum(customers) over (partition by {{ siblings | join(', ') }}) as all_customers,
        lead(step) over (partition by {{ siblings | join(', ') }} order by step) as next_step
    from {{ level }}_steps

),

-- The rows up to a step have at least so many customers: those of the total whom no other has.
{{ level }}_bounds as (

    select
        {{ level }}_sums.*,
        cells.customers - {{ level }}_sums.all_customers + {{ level }}_sums.customers
            as least_together
    from {{ level }}_sums
    inner join cells
        on
            {{ dbt_rfm.same_values(level ~ '_sums', 'cells', siblings) | indent(12) }}
    where cells.level = '{{ parent_level }}'

),

-- Null where no step will do, and all must be kept back with their total.
{{ level }}_ends as (

    select
        {{ siblings | join(',\n        ') }},
        case
            when min(step) > 0 then 0
            else
                min(
                    case
                        when members = 1 or revenue = 0 then null
                        when step = 0 and next_step is not null then null
                        when pieces < categories - 1 + {{ least_customers }} then null
                        when pieces < categories - members + least_together then null
                        when
                            least_together
                            > (members - 1) * ({{ least_customers }} - 1) + next_step - 1
                            then null
                        else step
                    end
                )
        end as last_step
    from {{ level }}_bounds
    group by {{ siblings | join(', ') }}

),
{%- endfor %}

months as (

    select
        cells.*,
        region_ends.last_step,
        case
            when cells.customers < 2 * {{ least_customers }} - 1 then 1
            when region_ends.last_step is null then 1
            else 0
        end as is_suppressed
    from cells
    inner join region_ends
        on
            {{ dbt_rfm.same_values('cells', 'region_ends', month) | indent(12) }}
    where cells.level = 'total'

),

regions as (

    select
        region_cells.*,
        category_ends.last_step,
        case
            when months.is_suppressed = 1 then 1
            when region_cells.step <= months.last_step then 1
            else 0
        end as is_suppressed
    from region_cells
    inner join months
        on
            {{ dbt_rfm.same_values('region_cells', 'months', month) | indent(12) }}
    inner join category_ends
        on
            {{ dbt_rfm.same_values('region_cells', 'category_ends', region) | indent(12) }}

),

categories as (

    select
        category_cells.*,
        case
            when regions.is_suppressed = 1 then 1
            when category_cells.step <= regions.last_step then 1
            else 0
        end as is_suppressed
    from category_cells
    inner join regions
        on
            {{ dbt_rfm.same_values('category_cells', 'regions', region) | indent(12) }}

)
{% for relation in ['months', 'regions', 'categories'] %}
select
    {{ cell | join(',\n    ') }},
    {%- for measure in measures %}
    {%- set type = dbt_rfm.type_decimal(28, 6) if measure == 'revenue' else 'bigint' %}
    cast({{ measure }} as {{ type }}) as {{ measure }},
    {%- endfor %}
    is_suppressed
from {{ relation }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
