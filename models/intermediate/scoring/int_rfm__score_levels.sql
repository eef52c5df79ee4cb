{{ config(materialized='ephemeral') }}

-- The scores 1 to k of each metric that is scored in levels, also where nobody is graded.

with periods as (

    select * from {{ ref('int_rfm__periods') }}

),

scheme_metrics as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
    where method in ('ntile', 'quantile')

),

levels as (

    {{ dbt_rfm.whole_numbers(dbt_rfm.rfm_most_bins(), 'level') | indent(4) }}

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
