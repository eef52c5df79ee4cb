{%- set tile_order = (
    'partition by score_levels.scheme, score_levels.as_of_date, score_levels.metric'
    ' order by score_levels.level'
) -%}

with cut_values as (

    select * from {{ ref('int_rfm__cut_values') }}
    where method = 'ntile'

),

metric_values as (

    select * from {{ ref('int_rfm__metric_values') }}

),

score_levels as (

    select * from {{ ref('int_rfm__score_levels') }}
    where method = 'ntile'

),

-- Each tile's first and last customer, best first: their values, and the last one's number among
-- the customers who share that value.
tiles as (

    select
        scheme,
        as_of_date,
        metric,
        level,
        max(case when edge = 'first' then value end) as first_value,
        max(case when edge = 'last' then value end) as last_value,
        max(
            case
                when edge = 'first' then null
                when direction = 'higher_is_better' then customers_up_to + 1 - value_rank
                else value_rank - customers_below
            end
        ) as last_number,
        max(value_rank) - min(value_rank) + 1 as customers
    from cut_values
    group by
        scheme,
        as_of_date,
        metric,
        level

),

last_values as (

    select distinct
        scheme,
        as_of_date,
        metric,
        value
    from cut_values
    where
        edge = 'last'
        and level < levels

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
    inner join last_values
        on
            metric_values.scheme = last_values.scheme
            and metric_values.as_of_date = last_values.as_of_date
            and metric_values.metric = last_values.metric
            and metric_values.value = last_values.value

),

-- On both sides of the cut after a tile.
cut_customers as (

    select
        tiles.scheme,
        tiles.as_of_date,
        tiles.metric,
        tiles.level,
        max(
            case
                when numbered_customers.customer_number = tiles.last_number
                    then numbered_customers.customer_id
            end
        ) as last_customer_id,
        max(
            case
                when numbered_customers.customer_number > tiles.last_number
                    then numbered_customers.customer_id
            end
        ) as next_customer_id
    from tiles
    inner join numbered_customers
        on
            tiles.scheme = numbered_customers.scheme
            and tiles.as_of_date = numbered_customers.as_of_date
            and tiles.metric = numbered_customers.metric
            and tiles.last_value = numbered_customers.value
            and numbered_customers.customer_number
            between tiles.last_number and tiles.last_number + 1
    group by
        tiles.scheme,
        tiles.as_of_date,
        tiles.metric,
        tiles.level

)

select
    score_levels.scheme,
    score_levels.as_of_date,
    score_levels.metric,
    score_levels.direction,
    score_levels.level as tile,
    score_levels.levels + 1 - score_levels.level as score,
    tiles.first_value,
    tiles.last_value,
    cut_customers.last_customer_id,
    cut_customers.next_customer_id is not null as is_tie_with_worse_tile,
    lag(cut_customers.next_customer_id) over ({{ tile_order }}) as tie_with_better_tile_customer_id,
    cast(coalesce(tiles.customers, 0) as bigint) as customers
from score_levels
left join tiles
    on
        score_levels.scheme = tiles.scheme
        and score_levels.as_of_date = tiles.as_of_date
        and score_levels.metric = tiles.metric
        and score_levels.level = tiles.level
left join cut_customers
    on
        score_levels.scheme = cut_customers.scheme
        and score_levels.as_of_date = cut_customers.as_of_date
        and score_levels.metric = cut_customers.metric
        and score_levels.level = cut_customers.level
