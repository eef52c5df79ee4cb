-- The rows of rfm_regional_demand, and which of them are kept back: those of few customers, and
-- beside each, or under a total that is kept back, the next smallest, so that the others do not add
-- up to it.

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
        count(*) as customers,
        case when count(*) < {{ least_customers }} then 1 else 0 end as is_small
    from demand_customers
    group by {{ cell | join(', ') }}

),

totals as (

    select
        *,
        is_small as is_suppressed
    from cells
    where level = 'total'

),

{%- for level, (siblings, parents, relation) in {
    'region': [['purchase_month'], 'totals', 'regions'],
    'category': [['purchase_month', 'region'], 'regions', 'categories'],
}.items() %}

{{ level }}_neighbours as (

    select
        cells.*,
        {{ parents }}.is_suppressed as is_total_suppressed,
        max(cells.is_small) over (
            partition by cells.{{ siblings | join(', cells.') }}
        ) as has_small_neighbour,
        -- Those that may be seen come first, the smallest of them is 1.
        row_number() over (
            partition by cells.{{ siblings | join(', cells.') }}
            order by
                cells.is_small,
                cells.customers,
                {{ dbt_rfm.by_bytes('cells.' ~ level) }}
        ) as place
    from cells
    inner join {{ parents }}
        on
            {{ dbt_rfm.same_values('cells', parents, siblings) | indent(8) }}
    where cells.level = '{{ level }}'

),

{{ relation }} as (

    select
        *,
        case
            when is_small = 1 then 1
            when place = 1 and (has_small_neighbour = 1 or is_total_suppressed = 1) then 1
            else 0
        end as is_suppressed
    from {{ level }}_neighbours

){% if not loop.last %},{% endif %}
{%- endfor %}
{% for relation in ['totals', 'regions', 'categories'] %}
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
