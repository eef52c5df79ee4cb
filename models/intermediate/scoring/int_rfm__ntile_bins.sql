{%- set tile_order = (
    'partition by score_levels.scheme, score_levels.as_of_date, score_levels.metric'
    ' order by score_levels.level'
) -%}
{%- set metrics = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set tie = ['scheme', 'as_of_date', 'metric', 'tied_value'] %}

with cut_values as (

    select * from {{ ref('int_rfm__cut_values') }}
    where method = 'ntile'

),

customer_metrics as (

    select * from {{ ref('int_rfm__customer_metrics') }}

),

score_levels as (

    select * from {{ ref('int_rfm__score_levels') }}
    where method = 'ntile'

),

levels as (

    {{ dbt_rfm.whole_numbers(2, 'level') | indent(4) }}

),

-- Each tile's first and last customer, best first: their values, and the last one's number among
-- the customers who share that value.
tiles as (

    select
        scheme,
        as_of_date,
        metric,
        level,
        levels,
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
        level,
        levels

),

last_values as (

    select distinct
        scheme,
        as_of_date,
        metric,
        last_value as tied_value
    from tiles
    where level < levels

),

tied_customers as (

    {%- for metric in metrics %}
    {%- set column = 'customer_metrics.' ~ dbt_rfm.metric_column(metric) %}

    select
        last_values.scheme,
        last_values.as_of_date,
        last_values.metric,
        last_values.tied_value,
        customer_metrics.customer_id
    from customer_metrics
    inner join last_values
        on
            customer_metrics.scheme = last_values.scheme
            and customer_metrics.as_of_date = last_values.as_of_date
            and {{ dbt_rfm.decimal(column) }} = last_values.tied_value
            and last_values.metric = '{{ metric }}'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

id_range as (

    select
        min({{ dbt_rfm.by_bytes('customer_id') }}) as first_id,
        max({{ dbt_rfm.by_bytes('customer_id') }}) as last_id
    from tied_customers

),

-- Customers with the same value are taken in the order of their ids, by bytes. Ids are ranked as
-- values are: in buckets of what they begin with, three characters more than all have in common.
id_prefix as (

    select
        3 + {{ dbt_rfm.common_prefix_length('first_id', 'last_id') | indent(8) }} as prefix_length
    from id_range

),

tied_ids as (

    select
        tied_customers.scheme,
        tied_customers.as_of_date,
        tied_customers.metric,
        tied_customers.tied_value,
        tied_customers.customer_id as value,
        substring(tied_customers.customer_id, 1, id_prefix.prefix_length) as value_bucket,
        1 as customers
    from tied_customers
    cross join id_prefix

),

id_buckets as (

    {{ dbt_rfm.value_buckets('tied_ids', tie, are_text=true) | indent(4) }}

),

-- On both sides of the cut after a tile.
cut_numbers as (

    select
        tiles.scheme,
        tiles.as_of_date,
        tiles.metric,
        tiles.last_value as tied_value,
        tiles.level,
        levels.level as side,
        tiles.last_number + levels.level - 1 as value_rank
    from tiles
    cross join levels
    where tiles.level < tiles.levels

),

cut_ids as (

    {{ dbt_rfm.values_at_ranks(
        'cut_numbers', 'id_buckets', 'tied_ids', tie, are_text=true
    ) | indent(4) }}

),

cut_customers as (

    select
        scheme,
        as_of_date,
        metric,
        level,
        max(case when side = 1 then value end) as last_customer_id,
        max(case when side = 2 then value end) as next_customer_id
    from cut_ids
    group by
        scheme,
        as_of_date,
        metric,
        level

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
