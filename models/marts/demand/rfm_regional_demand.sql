{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set cell = ['level', 'purchase_month', 'region', 'category'] -%}
{%- set measures = ['customers', 'orders', 'pieces', 'revenue'] %}

with demand_cells as (select * from {{ ref('int_rfm__demand_cells') }}),

demand_mixes as (select * from {{ ref('int_rfm__demand_mixes') }}),

-- What may be seen: no number beyond this point knows of what may not.
published as (

    select
        demand_cells.level,
        demand_cells.purchase_month,
        demand_cells.region,
        demand_cells.category,
        demand_cells.is_suppressed = 1 as is_suppressed,
        {%- for measure in measures %}
        case when demand_cells.is_suppressed = 0 then demand_cells.{{ measure }} end
            as {{ measure }},
        {%- endfor %}
        case when demand_mixes.is_mix_suppressed = 0 then demand_mixes.tier_mix end as tier_mix
    from demand_cells
    inner join demand_mixes
        on
            {{ dbt_rfm.same_values('demand_cells', 'demand_mixes', cell) | indent(8) }}

)

select
    cast(published.region as {{ dbt.type_string() }}) as region,
    cast(published.category as {{ dbt.type_string() }}) as category,
    published.purchase_month as {{ dbt_rfm.column_name('month') }},
    cast(published.level as {{ dbt.type_string() }}) as {{ dbt_rfm.column_name('level') }},
    published.is_suppressed,
    {%- for measure in measures %}
    published.{{ measure }},
    {%- endfor %}
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
