with cut_ranks as (

    select * from {{ ref('int_rfm__cut_ranks') }}

),

value_buckets as (

    select * from {{ ref('int_rfm__value_buckets') }}

),

metric_values as (

    select * from {{ ref('int_rfm__metric_values') }}

),

cut_values as (

    {{ dbt_rfm.values_at_ranks(
        'cut_ranks', 'value_buckets', 'metric_values', ['scheme', 'as_of_date', 'metric']
    ) | indent(4) }}

)

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
    value_rank,
    value,
    customers_below,
    customers_up_to
from cut_values
