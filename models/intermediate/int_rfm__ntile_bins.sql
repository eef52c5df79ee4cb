with ranked_values as (

    select
        *,
        case
            when direction = 'higher_is_better' then customers_above else customers_below
        end as customers_before
    from {{ ref('int_rfm__ranked_values') }}
    where method = 'ntile'

),

metric_values as (

    select * from {{ ref('int_rfm__metric_values') }}
    where method = 'ntile'

),

score_levels as (

    select * from {{ ref('int_rfm__score_levels') }}
    where method = 'ntile'

),

populations as (

    select
        scheme,
        as_of_date,
        metric,
        max(all_customers) as customers
    from ranked_values
    group by
        scheme,
        as_of_date,
        metric

),

-- SQL's ntile: where k does not divide n, the first n % k tiles are one larger.
tiles as (

    select
        score_levels.scheme,
        score_levels.as_of_date,
        score_levels.metric,
        score_levels.level as tile,
        score_levels.levels + 1 - score_levels.level as score,
        {%- for rank, tiles_done in {
            'first_rank': '(score_levels.level - 1)', 'last_rank': 'score_levels.level',
        }.items() %}
        {{ tiles_done }}
        * {{ dbt_rfm.divide_whole('coalesce(populations.customers, 0)', 'score_levels.levels') }}
        + least({{ tiles_done }}, coalesce(populations.customers, 0) % score_levels.levels)
        {%- if rank == 'first_rank' %} + 1{% endif %} as {{ rank }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from score_levels
    left join populations
        on
            score_levels.scheme = populations.scheme
            and score_levels.as_of_date = populations.as_of_date
            and score_levels.metric = populations.metric

),

-- The values of each tile's first and last customer.
edges as (

    select
        tiles.scheme,
        tiles.as_of_date,
        tiles.metric,
        tiles.tile,
        max(
            case
                when tiles.first_rank > ranked_values.customers_before then ranked_values.value
            end
        ) as first_value,
        max(
            case
                when
                    tiles.last_rank <= ranked_values.customers_before + ranked_values.customers
                    then ranked_values.value
            end
        ) as last_value,
        max(
            case
                when
                    tiles.first_rank > ranked_values.customers_before
                    then tiles.first_rank - ranked_values.customers_before
            end
        ) as first_number,
        max(
            case
                when
                    tiles.last_rank <= ranked_values.customers_before + ranked_values.customers
                    then tiles.last_rank - ranked_values.customers_before
            end
        ) as last_number
    from tiles
    inner join ranked_values
        on
            tiles.scheme = ranked_values.scheme
            and tiles.as_of_date = ranked_values.as_of_date
            and tiles.metric = ranked_values.metric
            and (
                (
                    tiles.first_rank > ranked_values.customers_before
                    and tiles.first_rank
                    <= ranked_values.customers_before + ranked_values.customers
                )
                or (
                    tiles.last_rank > ranked_values.customers_before
                    and tiles.last_rank
                    <= ranked_values.customers_before + ranked_values.customers
                )
            )
    where tiles.first_rank <= tiles.last_rank
    group by
        tiles.scheme,
        tiles.as_of_date,
        tiles.metric,
        tiles.tile

),

edge_values as (

    select
        scheme,
        as_of_date,
        metric,
        first_value as value
    from edges
    union
    select
        scheme,
        as_of_date,
        metric,
        last_value as value
    from edges

),

-- Customers with the same value are taken in the order of their ids, by bytes.
numbered_customers as (

    select
        metric_values.scheme,
        metric_values.as_of_date,
        metric_values.metric,
        metric_values.value,
        metric_values.customer_id,
        row_number() over (
            partition by
                metric_values.scheme,
                metric_values.as_of_date,
                metric_values.metric,
                metric_values.value
            order by {{ dbt_rfm.by_bytes('metric_values.customer_id') }}
        ) as customer_number
    from metric_values
    inner join edge_values
        on
            metric_values.scheme = edge_values.scheme
            and metric_values.as_of_date = edge_values.as_of_date
            and metric_values.metric = edge_values.metric
            and metric_values.value = edge_values.value

)

select
    tiles.scheme,
    tiles.as_of_date,
    tiles.metric,
    tiles.tile,
    tiles.score,
    edges.first_value,
    edges.last_value,
    first_customers.customer_id as first_customer_id,
    last_customers.customer_id as last_customer_id,
    lag(edges.last_value) over tile_order = edges.first_value as is_tie_with_better_tile,
    lead(edges.first_value) over tile_order = edges.last_value as is_tie_with_worse_tile,
    cast(greatest(tiles.last_rank - tiles.first_rank + 1, 0) as bigint) as customers
from tiles
left join edges
    on
        tiles.scheme = edges.scheme
        and tiles.as_of_date = edges.as_of_date
        and tiles.metric = edges.metric
        and tiles.tile = edges.tile
left join numbered_customers as first_customers
    on
        edges.scheme = first_customers.scheme
        and edges.as_of_date = first_customers.as_of_date
        and edges.metric = first_customers.metric
        and edges.first_value = first_customers.value
        and edges.first_number = first_customers.customer_number
left join numbered_customers as last_customers
    on
        edges.scheme = last_customers.scheme
        and edges.as_of_date = last_customers.as_of_date
        and edges.metric = last_customers.metric
        and edges.last_value = last_customers.value
        and edges.last_number = last_customers.customer_number
window tile_order as (
    partition by tiles.scheme, tiles.as_of_date, tiles.metric
    order by tiles.tile
)
