-- What int_rfm__customer_metrics will say of customers at the next refresh if no order comes.

with periods as (

    select * from {{ ref('int_rfm__next_periods') }}

),

scheme_lines as (

    select * from {{ ref('int_rfm__scheme_lines') }}

),

customer_identities as (

    select distinct
        customer_id,
        {{ dbt_rfm.column_name('identity') }}
    from {{ ref('int_rfm__customer_metrics') }}

),

orders as (

    {{ dbt_rfm.rfm_orders_of('scheme_lines') | indent(4) }}

),

-- An order is a slice of its own: the next window begins on another day than those of today.
customer_slices as (

    select
        orders.line_set,
        orders.customer_id,
        cast(orders.ordered_at as date) as slice_start,
        case when orders.orders = 1 then orders.ordered_at end as first_ordered_at,
        case
            when orders.orders = 1 then {{ dbt_rfm.rfm_sortable_order('orders') }}
        end as last_order,
        orders.orders,
        orders.amount,
        orders.quantity
    from orders

),

next_metrics as (

    {{ dbt_rfm.measured_customers('next_refresh_date') | indent(4) }}

)

select * from next_metrics
