{{ config(materialized='ephemeral') }}

-- The scores that a metric can have, where they are finite. Read before the policy is known to be
-- right: a score that does not fit is none.

with scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

score_bins as (

    select * from {{ ref('stg_rfm__score_bins') }}

),

levels as (

    select * from {{ ref('int_rfm__levels') }}

)

select distinct
    scheme_metrics.scheme,
    scheme_metrics.metric,
    cast(levels.level as {{ dbt_rfm.type_decimal(12, 6) }}) as score
from scheme_metrics
inner join levels
    on scheme_metrics.levels >= levels.level
where scheme_metrics.method in ('ntile', 'quantile')
union all
select distinct
    scheme_metrics.scheme,
    scheme_metrics.metric,
    cast(
        case when abs(score_bins.score) < 1000000 then score_bins.score end
        as {{ dbt_rfm.type_decimal(12, 6) }}
    ) as score
from scheme_metrics
inner join score_bins
    on
        scheme_metrics.scheme = score_bins.scheme
        and scheme_metrics.metric = score_bins.metric
where scheme_metrics.method = 'threshold'
