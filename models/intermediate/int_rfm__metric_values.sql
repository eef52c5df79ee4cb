{{ config(materialized='view') }}

with customer_metrics as (

    select * from {{ ref('int_rfm__customer_metrics') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

)

select
    customer_metrics.scheme,
    customer_metrics.as_of_date,
    customer_metrics.customer_id,
    scheme_metrics.metric,
    scheme_metrics.method,
    scheme_metrics.direction,
    scheme_metrics.levels,
    scheme_metrics.weight,
    {{ dbt_rfm.metric_value('scheme_metrics.metric', 'customer_metrics') }} as value,
    case when scheme_metrics.method = 'lookup' then customer_metrics.identity end as identity
from customer_metrics
inner join scheme_metrics
    on customer_metrics.scheme = scheme_metrics.scheme
