with metric_values as (

    select * from {{ ref('int_rfm__metric_values') }}

),

value_buckets as (

    {{ dbt_rfm.value_buckets('metric_values', ['scheme', 'as_of_date', 'metric']) | indent(4) }}

)

select * from value_buckets
