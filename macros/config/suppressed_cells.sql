{# A query: the rows of rfm_regional_demand that are kept back, of the CTE `cells` with level,
   purchase_month, region, category and customers. `is_small` is a SQL condition over it: a row that
   must not be seen. With each such row, or under a total that is kept back, the seen row with the
   fewest customers is kept back, too, so that the others do not add up to it. #}
{% macro suppressed_cells(cells, is_small) -%}
with small_cells as (

    select
        level,
        purchase_month,
        region,
        category,
        customers,
        case when {{ is_small }} then 1 else 0 end as is_small
    from {{ cells }}

),

totals as (

    select
        purchase_month,
        is_small as is_suppressed
    from small_cells
    where level = 'total'

),

{%- for level, (siblings, parents) in {
    'region': [['purchase_month'], 'totals'],
    'category': [['purchase_month', 'region'], 'regions'],
}.items() %}

{{ level }}_neighbours as (

    select
        small_cells.*,
        greatest(
            max(small_cells.is_small) over (
                partition by small_cells.{{ siblings | join(', small_cells.') }}
            ),
            {{ parents }}.is_suppressed
        ) as needs_another,
        -- The first of those that may be seen.
        row_number() over (
            partition by small_cells.{{ siblings | join(', small_cells.') }}
            order by
                small_cells.is_small,
                small_cells.customers,
                {{ dbt_rfm.by_bytes('small_cells.' ~ level) }}
        ) as place
    from small_cells
    inner join {{ parents }}
        on
            {%- for column in siblings %}
            {% if not loop.first %}and {% endif %}small_cells.{{ column }} = {{ parents }}.{{ column }}
            {%- endfor %}
    where small_cells.level = '{{ level }}'

),

{{ {'region': 'regions', 'category': 'categories'}[level] }} as (

    select
        purchase_month,
        region,
        category,
        case
            when is_small = 1 or (needs_another = 1 and place = 1) then 1
            else 0
        end as is_suppressed
    from {{ level }}_neighbours

){% if not loop.last %},{% endif %}
{%- endfor %}

select
    'total' as level,
    purchase_month,
    '(all)' as region,
    '(all)' as category,
    is_suppressed
from totals
union all
select
    'region' as level,
    purchase_month,
    region,
    category,
    is_suppressed
from regions
union all
select
    'category' as level,
    purchase_month,
    region,
    category,
    is_suppressed
from categories
{%- endmacro %}
