-- What int_rfm__customer_metrics will say of customers at the next refresh if no order comes.

with periods as (

    select * from {{ ref('int_rfm__next_periods') }}

),

customer_slices as (

    select * from {{ ref('int_rfm__next_slices') }}

),

customer_identities as (

    select distinct
        customer_id,
        {{ dbt_rfm.column_name('identity') }}
    from {{ ref('int_rfm__customer_metrics') }}

),

next_metrics as (

    {{ dbt_rfm.measured_customers('next_refresh_date') | indent(4) }}

)

select * from next_metrics
