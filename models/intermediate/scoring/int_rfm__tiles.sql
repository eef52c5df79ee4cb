-- Tiles, best first: their first and their last customer.

{%- set metric_key = ['scheme', 'as_of_date', 'metric'] %}

with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
    where method = 'ntile'
),

levels as (

    {{ dbt_rfm.whole_numbers(dbt_rfm.rfm_most_bins(), 'level') | indent(4) }}

),

metric_values as (
    select * from {{ ref('int_rfm__metric_values') }}
    where method = 'ntile'
),

value_buckets as (

    {{ dbt_rfm.value_buckets('metric_values', metric_key) | indent(4) }}

),

populations as (

    select
        {{ metric_key | join(',\n        ') }},
        max(all_customers) as customers
    from value_buckets
    group by {{ metric_key | join(', ') }}

),

tiles as (

    select
        periods.scheme,
        periods.as_of_date,
        scheme_metrics.metric,
        scheme_metrics.direction,
        scheme_metrics.levels,
        levels.level,
        populations.customers as all_customers,
        {{ dbt_rfm.first_rank_of_tile(
            'levels.level', 'populations.customers', 'scheme_metrics.levels'
        ) | indent(8) }} as first_rank,
        {{ dbt_rfm.first_rank_of_tile(
            '(levels.level + 1)', 'populations.customers', 'scheme_metrics.levels'
        ) | indent(8) }} - 1 as last_rank
    from periods
    inner join scheme_metrics
        on periods.scheme = scheme_metrics.scheme
    inner join levels
        on scheme_metrics.levels >= levels.level
    left join populations
        on
            {{ dbt_rfm.same_values('periods', 'populations', ['scheme', 'as_of_date'])
                | indent(12) }}
            and scheme_metrics.metric = populations.metric

),

edges as (

    {%- for edge in ['first', 'last'] %}

    select
        *,
        '{{ edge }}' as edge,
        case
            when direction = 'higher_is_better' then all_customers + 1 - {{ edge }}_rank
            else {{ edge }}_rank
        end as value_rank
    from tiles
    where first_rank <= last_rank
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

edge_values as (

    {{ dbt_rfm.values_at_ranks(
        'edges', 'value_buckets', 'metric_values', metric_key
    ) | indent(4) }}

),

-- Each tile's first and last customer: their values, and the last one's number among the customers
-- who share that value.
tile_values as (

    select
        {{ metric_key | join(',\n        ') }},
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
        ) as last_number
    from edge_values
    group by
        {{ metric_key | join(',\n        ') }},
        level,
        levels

)

select
    tiles.scheme,
    tiles.as_of_date,
    tiles.metric,
    tiles.direction,
    tiles.levels,
    tiles.level,
    tile_values.first_value,
    tile_values.last_value,
    tile_values.last_number
from tiles
left join tile_values
    on
        {{ dbt_rfm.same_values('tiles', 'tile_values', metric_key + ['level']) | indent(8) }}
