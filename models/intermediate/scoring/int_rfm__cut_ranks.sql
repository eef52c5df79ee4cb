{{ config(materialized='ephemeral') }}

-- The customers at which bins begin and end, by their number in the ascending order of the metric's
-- values, from 1.

with value_buckets as (

    select * from {{ ref('int_rfm__value_buckets') }}

),

score_levels as (

    select * from {{ ref('int_rfm__score_levels') }}

),

populations as (

    select
        scheme,
        as_of_date,
        metric,
        max(all_customers) as customers
    from value_buckets
    group by
        scheme,
        as_of_date,
        metric

),

levels as (

    select
        score_levels.scheme,
        score_levels.as_of_date,
        score_levels.metric,
        score_levels.method,
        score_levels.direction,
        score_levels.levels,
        score_levels.level,
        populations.customers,
        {{ dbt_rfm.divide_whole('populations.customers', 'score_levels.levels') }} as tile_size,
        mod(populations.customers, score_levels.levels) as larger_tiles,
        {{ dbt_rfm.divide_whole(
            '((populations.customers - 1) * score_levels.level)', 'score_levels.levels'
        ) }} as whole_position,
        mod((populations.customers - 1) * score_levels.level, score_levels.levels) as position_rest
    from score_levels
    inner join populations
        on
            score_levels.scheme = populations.scheme
            and score_levels.as_of_date = populations.as_of_date
            and score_levels.metric = populations.metric

),

-- SQL's ntile, best first: where k does not divide n, the first n % k tiles are one larger.
tile_ranks as (

    {%- for edge, tiles_before in {'first': '(level - 1)', 'last': 'level'}.items() %}
    {%- set rank_from_best %}
    {{- tiles_before }} * tile_size + least({{ tiles_before }}, larger_tiles)
    {%- if edge == 'first' %} + 1{% endif %}
    {%- endset %}
    select
        *,
        '{{ edge }}' as edge,
        case
            when direction = 'higher_is_better' then customers + 1 - ({{ rank_from_best }})
            else {{ rank_from_best }}
        end as value_rank
    from levels
    where
        method = 'ntile'
        and (tile_size > 0 or level <= larger_tiles)
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

-- Cut i of k lies at position (n - 1) x i / k of the sorted values, counted from 0: on a value, or
-- between two.
position_ranks as (

    {%- for edge, ranks_after in {'first': 1, 'last': 2}.items() %}
    select
        *,
        '{{ edge }}' as edge,
        whole_position + {{ ranks_after }} as value_rank
    from levels
    where
        method = 'quantile'
        and level < levels
        {%- if edge == 'last' %}
        and position_rest > 0
        {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

{% for relation in ['tile_ranks', 'position_ranks'] -%}
select
    scheme,
    as_of_date,
    metric,
    method,
    direction,
    levels,
    level,
    edge,
    position_rest,
    value_rank
from {{ relation }}
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
