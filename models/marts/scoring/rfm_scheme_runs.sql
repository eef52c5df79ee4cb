{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

with periods as (

    select * from {{ ref('int_rfm__periods') }}

),

customer_slices as (

    select * from {{ ref('int_rfm__customer_slices') }}

),

customer_metrics as (

    select * from {{ ref('int_rfm__customer_metrics') }}

),

line_sets as (

    select
        line_set,
        sum(lines) as lines,
        sum(orders) as orders,
        min(first_ordered_at) as first_ordered_at,
        max({{ dbt_rfm.by_bytes('last_order') }}) as last_order
    from customer_slices
    group by line_set

),

known as (

    select
        periods.scheme,
        periods.as_of_date,
        count(distinct customer_slices.customer_id) as customers
    from periods
    inner join customer_slices
        on
            periods.line_set = customer_slices.line_set
            and periods.as_of_date >= customer_slices.slice_start
    where customer_slices.orders > 0
    group by
        periods.scheme,
        periods.as_of_date

),

graded as (

    select
        scheme,
        as_of_date,
        count(*) as customers
    from customer_metrics
    group by
        scheme,
        as_of_date

)

select
    cast(periods.scheme as {{ dbt.type_string() }}) as scheme,
    periods.as_of_date,
    periods.window_start,
    cast(coalesce(line_sets.lines, 0) as bigint) as lines,
    cast(coalesce(line_sets.orders, 0) as bigint) as orders,
    cast(coalesce(known.customers, 0) as bigint) as customers_known,
    cast(coalesce(graded.customers, 0) as bigint) as customers_graded,
    cast(line_sets.first_ordered_at as date) as first_order_date,
    cast(
        {{ dbt_rfm.sortable_part('line_sets.last_order', 1, dbt.type_timestamp()) }} as date
    ) as last_order_date
from periods
left join line_sets
    on periods.line_set = line_sets.line_set
left join known
    on
        periods.scheme = known.scheme
        and periods.as_of_date = known.as_of_date
left join graded
    on
        periods.scheme = graded.scheme
        and periods.as_of_date = graded.as_of_date
