{{ config(materialized='ephemeral') }}

-- The scores 1 to k of each metric that is scored in levels, also where nobody is graded.

with periods as (

    select * from {{ ref('int_rfm__periods') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}
    where method in ('ntile', 'quantile')

),

levels as (

    select * from {{ ref('int_rfm__levels') }}

)

select
    periods.scheme,
    periods.as_of_date,
    scheme_metrics.metric,
    scheme_metrics.method,
    scheme_metrics.direction,
    scheme_metrics.levels,
    levels.level
from periods
inner join scheme_metrics
    on periods.scheme = scheme_metrics.scheme
inner join levels
    on scheme_metrics.levels >= levels.level
