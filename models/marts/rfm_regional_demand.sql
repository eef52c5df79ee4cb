{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set least_customers = dbt_rfm.rfm_setting('rfm_min_cell_customers') -%}
{%- set cell = ['level', 'purchase_month', 'region', 'category'] -%}
{%- set measures = ['customers', 'orders', 'pieces', 'revenue'] %}

with demand_customers as (

    select * from {{ ref('int_rfm__demand_customers') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

cell_tiers as (

    select
        {{ cell | join(',\n        ') }},
        scheme,
        tier,
        count(*) as customers,
        sum(orders) as orders,
        sum(pieces) as pieces,
        sum(revenue) as revenue
    from demand_customers
    group by
        {{ cell | join(',\n        ') }},
        scheme,
        tier

),

cells as (

    select
        {{ cell | join(',\n        ') }},
        min(customers) as fewest_of_a_tier,
        {%- for measure in measures %}
        sum({{ measure }}) as {{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from cell_tiers
    group by {{ cell | join(', ') }}

),

suppressed as (

    {{ dbt_rfm.suppressed_cells('cells', 'customers < ' ~ least_customers) | indent(4) }}

),

seen_cells as (

    select
        cells.*,
        suppressed.is_suppressed
    from cells
    inner join suppressed
        on
            {{ dbt_rfm.same_values('cells', 'suppressed', cell) | indent(8) }}

),

suppressed_mixes as (

    {{ dbt_rfm.suppressed_cells(
        'seen_cells', 'is_suppressed = 1 or fewest_of_a_tier < ' ~ least_customers
    ) | indent(4) }}

),

tier_shares as (

    select
        cell_tiers.*,
        coalesce(tiers.tier_rank, 1000000) as tier_rank,
        {{ dbt_rfm.divide_half_up('cell_tiers.customers', 'cells.customers') }} as tier_share
    from cell_tiers
    inner join cells
        on
            {{ dbt_rfm.same_values('cell_tiers', 'cells', cell) | indent(8) }}
    left join tiers
        on
            cell_tiers.scheme = tiers.scheme
            and cell_tiers.tier = tiers.tier

),

tier_mixes as (

    select
        {{ cell | join(',\n        ') }},
        {{ dbt_rfm.joined_text(
            "tier || ' ' || " ~ dbt_rfm.percent('tier_share'), "', '", 'tier_rank'
        ) }} as tier_mix
    from tier_shares
    group by {{ cell | join(', ') }}

),

-- What may be seen; no number beyond this point knows of what may not.
published as (

    select
        seen_cells.level,
        seen_cells.purchase_month,
        seen_cells.region,
        seen_cells.category,
        seen_cells.is_suppressed,
        {%- for measure in measures %}
        case when seen_cells.is_suppressed = 0 then seen_cells.{{ measure }} end as {{ measure }},
        {%- endfor %}
        case when suppressed_mixes.is_suppressed = 0 then tier_mixes.tier_mix end as tier_mix
    from seen_cells
    inner join suppressed_mixes
        on
            {{ dbt_rfm.same_values('seen_cells', 'suppressed_mixes', cell) | indent(8) }}
    inner join tier_mixes
        on
            {{ dbt_rfm.same_values('seen_cells', 'tier_mixes', cell) | indent(8) }}

)

select
    cast(published.region as {{ dbt.type_string() }}) as region,
    cast(published.category as {{ dbt.type_string() }}) as category,
    published.purchase_month as {{ dbt_rfm.column_name('month') }},
    cast(published.level as {{ dbt.type_string() }}) as {{ dbt_rfm.column_name('level') }},
    published.is_suppressed = 1 as is_suppressed,
    cast(published.customers as bigint) as customers,
    cast(published.orders as bigint) as orders,
    cast(published.pieces as bigint) as pieces,
    cast(published.revenue as {{ dbt_rfm.type_decimal(28, 6) }}) as revenue,
    case
        when totals.revenue > 0
            then
                cast(
                    {{ dbt_rfm.divide_half_up('published.revenue', 'totals.revenue') }}
                    as {{ dbt_rfm.type_decimal(9, 6) }}
                )
    end as share,
    case
        when earlier.revenue > 0
            then
                cast(
                    {{ dbt_rfm.divide_half_up('published.revenue', 'earlier.revenue') }} - 1
                    as {{ dbt_rfm.type_decimal(28, 6) }}
                )
    end as growth,
    cast(published.tier_mix as {{ dbt.type_string() }}) as tier_mix
from published
left join published as totals
    on
        published.purchase_month = totals.purchase_month
        and totals.category = '(all)'
        and (
            (
                published.level = 'category'
                and totals.level = 'region'
                and published.region = totals.region
            )
            or (published.level = 'region' and totals.level = 'total')
        )
left join published as earlier
    on
        published.level = earlier.level
        and published.region = earlier.region
        and published.category = earlier.category
        and {{ dbt_rfm.add_months('published.purchase_month', -1) }} = earlier.purchase_month
