-- The orders of int_rfm__customer_slices again, by the slices that the windows of the next refresh
-- are made of: they begin on other days than those of today.

with next_periods as (

    select * from {{ ref('int_rfm__next_periods') }}

),

scheme_lines as (

    select * from {{ ref('int_rfm__scheme_lines') }}

),

line_dates as (

    select * from {{ ref('int_rfm__line_dates') }}

),

orders as (

    {{ dbt_rfm.rfm_orders_of('scheme_lines') | indent(4) }}

),

date_slices as (

    {{ dbt_rfm.rfm_date_slices('next_periods', 'line_dates') | indent(4) }}

)

{{ dbt_rfm.rfm_sliced_orders() }}
