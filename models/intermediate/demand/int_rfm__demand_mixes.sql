-- The tier mixes of rfm_regional_demand, and which of them are kept back: those that would tell the
-- tier of a customer, all below them, and as many neighbours, smallest first, as it takes until no
-- tier has few customers, or all of them, in what is kept back together.

{%- set least_customers = dbt_rfm.rfm_setting('rfm_min_cell_customers') -%}
{%- set cell = ['level', 'purchase_month', 'region', 'category'] %}

with demand_customers as (select * from {{ ref('int_rfm__demand_customers') }}),

demand_cells as (select * from {{ ref('int_rfm__demand_cells') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

tier_counts as (

    select
        {{ cell | join(',\n        ') }},
        scheme,
        tier,
        count(*) as customers
    from demand_customers
    group by
        {{ cell | join(',\n        ') }},
        scheme,
        tier

),

tier_shares as (

    select
        tier_counts.*,
        demand_cells.customers as all_customers,
        demand_cells.is_suppressed,
        coalesce(tiers.tier_rank, 1000000) as tier_rank,
        {{ dbt_rfm.divide_half_up('tier_counts.customers', 'demand_cells.customers') }}
            as tier_share
    from tier_counts
    inner join demand_cells
        on
            {{ dbt_rfm.same_values('tier_counts', 'demand_cells', cell) | indent(8) }}
    left join tiers
        on
            tier_counts.scheme = tiers.scheme
            and tier_counts.tier = tiers.tier

),

mixes as (

    select
        {{ cell | join(',\n        ') }},
        max(all_customers) as customers,
        case
            when max(is_suppressed) = 1 then 1
            when min(customers) < {{ least_customers }} then 1
            when count(*) = 1 then 1
            else 0
        end as is_thin,
        {{ dbt_rfm.joined_text(
            "tier || ' ' || " ~ dbt_rfm.percent('tier_share'), "', '", 'tier_rank'
        ) }} as tier_mix
    from tier_shares
    group by {{ cell | join(', ') }}

),

totals as (

    select
        *,
        is_thin as is_mix_suppressed
    from mixes
    where level = 'total'

),

{%- for level, (siblings, parents, relation) in {
    'region': [['purchase_month'], 'totals', 'regions'],
    'category': [['purchase_month', 'region'], 'regions', 'categories'],
}.items() %}

{{ level }}_neighbours as (

    select
        mixes.*,
        {{ parents }}.is_mix_suppressed as is_total_suppressed,
        sum(mixes.is_thin) over (
            partition by mixes.{{ siblings | join(', mixes.') }}
        ) as thin_neighbours,
        row_number() over (
            partition by mixes.{{ siblings | join(', mixes.') }}
            order by
                mixes.is_thin desc,
                mixes.customers asc,
                {{ dbt_rfm.by_bytes('mixes.' ~ level) }} asc
        ) as place
    from mixes
    inner join {{ parents }}
        on
            {{ dbt_rfm.same_values('mixes', parents, siblings) | indent(8) }}
    where mixes.level = '{{ level }}'

),

{{ level }}_tiers as (

    select distinct
        {{ siblings | join(',\n        ') }},
        tier
    from tier_counts
    where level = '{{ level }}'

),

-- How many customers of a tier the first places have together.
{{ level }}_sums as (

    select
        neighbours.{{ siblings | join(',\n        neighbours.') }},
        neighbours.place,
        neighbours.thin_neighbours,
        sum(coalesce(tier_counts.customers, 0)) over (
            partition by
                neighbours.{{ siblings | join(',\n                neighbours.') }},
                {{ level }}_tiers.tier
            order by neighbours.place
            rows between unbounded preceding and current row
        ) as customers
    from {{ level }}_neighbours as neighbours
    inner join {{ level }}_tiers
        on
            {{ dbt_rfm.same_values('neighbours', level ~ '_tiers', siblings) | indent(8) }}
    left join tier_counts
        on
            {{ dbt_rfm.same_values('neighbours', 'tier_counts', cell) | indent(8) }}
            and {{ level }}_tiers.tier = tier_counts.tier

),

{{ level }}_places as (

    select
        {{ siblings | join(',\n        ') }},
        place,
        case
            when min(nullif(customers, 0)) < {{ least_customers }} then 1
            when count(nullif(customers, 0)) = 1 then 1
            else 0
        end as is_thin_together
    from {{ level }}_sums
    where place >= thin_neighbours
    group by
        {{ siblings | join(',\n        ') }},
        place

),

{{ level }}_ends as (

    select
        {{ siblings | join(',\n        ') }},
        min(place) as last_place
    from {{ level }}_places
    where is_thin_together = 0
    group by {{ siblings | join(', ') }}

),

{{ relation }} as (

    select
        neighbours.*,
        case
            when neighbours.is_total_suppressed = 1 then 1
            when
                neighbours.thin_neighbours > 0
                and (
                    ends.last_place is null
                    or neighbours.place <= ends.last_place
                )
                then 1
            else 0
        end as is_mix_suppressed
    from {{ level }}_neighbours as neighbours
    left join {{ level }}_ends as ends
        on
            {{ dbt_rfm.same_values('neighbours', 'ends', siblings) | indent(8) }}

){% if not loop.last %},{% endif %}
{%- endfor %}
{% for relation in ['totals', 'regions', 'categories'] %}
select
    {{ cell | join(',\n    ') }},
    tier_mix,
    is_mix_suppressed
from {{ relation }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
