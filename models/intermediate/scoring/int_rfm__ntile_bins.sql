-- Customers with the value of a cut are taken in the order of their ids.

{%- set metric_key = ['scheme', 'as_of_date', 'metric'] -%}
{%- set tie_key = metric_key + ['tied_value'] -%}
{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set by_level -%}
partition by tiles.scheme, tiles.as_of_date, tiles.metric order by tiles.level
{%- endset %}

with customer_metrics as (select * from {{ ref('int_rfm__customer_metrics') }}),

tiles as (select * from {{ ref('int_rfm__tiles') }}),

levels as (

    {{ dbt_rfm.whole_numbers(2, 'level') | indent(4) }}

),

tied_values as (

    select distinct
        {{ metric_key | join(',\n        ') }},
        last_value as tied_value
    from tiles
    where level < levels and last_value is not null

),

tied_customers as (

    {%- for metric in measured %}

    select
        tied_values.scheme,
        tied_values.as_of_date,
        tied_values.metric,
        tied_values.tied_value,
        customer_metrics.customer_id as value
    from customer_metrics
    inner join tied_values
        on
            customer_metrics.scheme = tied_values.scheme
            and customer_metrics.as_of_date = tied_values.as_of_date
            and {{ dbt_rfm.decimal('customer_metrics.' ~ dbt_rfm.metric_column(metric)) }}
            = tied_values.tied_value
            and tied_values.metric = '{{ metric }}'
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

id_range as (

    select
        min({{ dbt_rfm.by_bytes('value') }}) as first_id,
        max({{ dbt_rfm.by_bytes('value') }}) as last_id
    from tied_customers

),

-- Ids are ranked as values are: in buckets of what they begin with, three characters more than all
-- have in common.
id_prefix as (

    select
        3 + {{ dbt_rfm.common_prefix_length('first_id', 'last_id') | indent(8) }} as prefix_length
    from id_range

),

tied_ids as (

    select
        tied_customers.*,
        substring(tied_customers.value, 1, id_prefix.prefix_length) as value_bucket,
        1 as customers
    from tied_customers
    cross join id_prefix

),

id_buckets as (

    {{ dbt_rfm.value_buckets('tied_ids', tie_key, are_text=true) | indent(4) }}

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
    where
        tiles.level < tiles.levels
        and tiles.last_value is not null

),

cut_ids as (

    {{ dbt_rfm.values_at_ranks(
        'cut_numbers', 'id_buckets', 'tied_ids', tie_key, are_text=true
    ) | indent(4) }}

),

cut_customers as (

    select
        {{ metric_key | join(',\n        ') }},
        level,
        max(case when side = 1 then value end) as last_customer_id,
        max(case when side = 2 then value end) as next_customer_id
    from cut_ids
    group by
        {{ metric_key | join(',\n        ') }},
        level

),

-- With the tie ids of the cut after the tile, and of the one before it.
tied_tiles as (

    select
        tiles.scheme,
        tiles.as_of_date,
        tiles.metric,
        tiles.direction = 'higher_is_better' as is_higher_better,
        tiles.levels + 1 - tiles.level as score,
        tiles.first_value,
        tiles.last_value,
        cut_customers.last_customer_id,
        case
            when cut_customers.next_customer_id is not null then cut_customers.last_customer_id
        end as worse_tie_customer_id,
        lag(cut_customers.next_customer_id) over ({{ by_level }}) as better_tie_customer_id
    from tiles
    left join cut_customers
        on
            {{ dbt_rfm.same_values('tiles', 'cut_customers', metric_key + ['level'])
                | indent(12) }}

)

select
    scheme,
    as_of_date,
    metric,
    score,
    case when is_higher_better then last_value else first_value end as lower_bound,
    case when first_value is not null then true end as lower_inclusive,
    case when is_higher_better then first_value else last_value end as upper_bound,
    case when first_value is not null then true end as upper_inclusive,
    case when is_higher_better then worse_tie_customer_id else better_tie_customer_id end
        as lower_tie_customer_id,
    case when is_higher_better then better_tie_customer_id else worse_tie_customer_id end
        as upper_tie_customer_id,
    last_customer_id,
    first_value is not null as can_hold_a_value
from tied_tiles
