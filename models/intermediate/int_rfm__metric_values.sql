{{ config(materialized='ephemeral') }}

-- What is ranked: a row for each customer and metric that ntile or quantile scores.

with customer_metrics as (

    select * from {{ ref('int_rfm__customer_metrics') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}
    where method in ('ntile', 'quantile')

),

ranked_metrics as (

    select
        customer_metrics.scheme,
        customer_metrics.as_of_date,
        customer_metrics.customer_id,
        scheme_metrics.metric,
        {{ dbt_rfm.metric_value('scheme_metrics.metric', 'customer_metrics') }} as value
    from customer_metrics
    inner join scheme_metrics
        on customer_metrics.scheme = scheme_metrics.scheme

)

select
    *,
    {{ dbt_rfm.value_bucket('value') }} as value_bucket,
    1 as customers
from ranked_metrics
