{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

orders as (select * from {{ ref('int_rfm__orders') }}),

customer_metrics as (select * from {{ ref('int_rfm__customer_metrics') }}),

migration_sums as (select * from {{ ref('int_rfm__migration_sums') }}),

customers as (

    select
        order_scope,
        customer_id,
        sum(lines) as lines,
        sum(case when is_refund then 0 else 1 end) as orders,
        min(case when not is_refund then order_date end) as first_order_date,
        max(case when not is_refund then order_date end) as last_order_date
    from orders
    group by order_scope, customer_id

),

order_scopes as (

    select
        order_scope,
        sum(lines) as lines,
        sum(orders) as orders,
        min(first_order_date) as first_order_date,
        max(last_order_date) as last_order_date
    from customers
    group by order_scope

),

known as (

    select
        periods.scheme,
        periods.as_of_date,
        count(*) as customers
    from periods
    inner join customers
        on
            periods.order_scope = customers.order_scope
            and periods.as_of_date >= customers.first_order_date
    group by periods.scheme, periods.as_of_date

),

graded as (

    select
        scheme,
        as_of_date,
        count(*) as customers
    from customer_metrics
    group by scheme, as_of_date

)

select
    cast(periods.scheme as {{ dbt.type_string() }}) as scheme,
    periods.as_of_date,
    periods.window_start,
    cast(coalesce(order_scopes.lines, 0) as bigint) as lines,
    cast(coalesce(order_scopes.orders, 0) as bigint) as orders,
    cast(coalesce(known.customers, 0) as bigint) as customers_known,
    cast(coalesce(graded.customers, 0) as bigint) as customers_graded,
    order_scopes.first_order_date,
    order_scopes.last_order_date,
    as_of_dates.previous_as_of_date,
    {%- for column in ['stayed', 'better_ranked', 'worse_ranked', 'contrary', 'entered', 'gone'] %}
    case
        when as_of_dates.previous_as_of_date is not null
            then cast(coalesce(migration_sums.{{ column }}, 0) as bigint)
    end as {{ dbt_rfm.column_name('left' if column == 'gone' else column) }},
    {%- endfor %}
    migration_sums.mobility,
    migration_sums.total_variation
from periods
left join order_scopes
    on periods.order_scope = order_scopes.order_scope
left join known
    on
        periods.scheme = known.scheme
        and periods.as_of_date = known.as_of_date
left join graded
    on
        periods.scheme = graded.scheme
        and periods.as_of_date = graded.as_of_date
inner join as_of_dates
    on
        periods.scheme = as_of_dates.scheme
        and periods.as_of_date = as_of_dates.as_of_date
left join migration_sums
    on
        periods.scheme = migration_sums.scheme
        and periods.as_of_date = migration_sums.as_of_date
