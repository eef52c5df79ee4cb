{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set weeks = dbt_rfm.weeks_ahead() -%}
{%- set least_customers = dbt_rfm.rfm_setting('rfm_min_cell_customers') -%}
{%- set amount = dbt_rfm.type_decimal(28, 6) %}

with customer_classes as (
    select * from {{ ref('int_rfm__customer_classes') }}
    where is_report_date
),

class_weeks as (select * from {{ ref('int_rfm__class_weeks') }}),

purchase_lines as (
    select * from {{ ref('int_rfm__purchase_lines') }}
    where not is_refund
),

report_dates as (

    select max(looked_on) as report_date
    from customer_classes

),

dated_lines as (

    select
        purchase_lines.customer_id,
        purchase_lines.region,
        purchase_lines.category,
        purchase_lines.quantity,
        cast(purchase_lines.ordered_at as date) as order_date,
        report_dates.report_date
    from purchase_lines
    inner join report_dates
        on cast(purchase_lines.ordered_at as date) <= report_dates.report_date

),

customer_days as (

    select
        customer_id,
        count(distinct order_date) as order_days,
        min(order_date) as first_order_date
    from dated_lines
    group by customer_id

),

-- What a customer buys where, on a day with an order.
customer_cells as (

    select
        customer_id,
        region,
        category,
        count(distinct order_date) as order_days,
        sum(quantity) as pieces
    from dated_lines
    group by customer_id, region, category

),

class_cells as (

    select
        customer_classes.order_days_band,
        customer_classes.wait_band,
        customer_cells.region,
        customer_cells.category,
        count(*) as customers,
        sum({{ dbt_rfm.divide_half_up('customer_cells.order_days', 'customer_days.order_days') }})
            as day_shares,
        sum({{ dbt_rfm.divide_half_up('customer_cells.pieces', 'customer_days.order_days') }})
            as pieces_per_day
    from customer_cells
    inner join customer_days
        on customer_cells.customer_id = customer_days.customer_id
    inner join customer_classes
        on customer_cells.customer_id = customer_classes.customer_id
    group by
        customer_classes.order_days_band,
        customer_classes.wait_band,
        customer_cells.region,
        customer_cells.category

),

cell_sizes as (

    select
        region,
        category,
        sum(customers) as customers
    from class_cells
    group by region, category

),

-- Those who come again.
known_customers as (

    select
        class_weeks.week_ahead,
        class_cells.region,
        class_cells.category,
        sum(
            {{ dbt_rfm.decimal('class_cells.day_shares', 18, 6) }} * class_weeks.customer_share
        ) as customers,
        sum(
            {{ dbt_rfm.decimal('class_cells.pieces_per_day', 22, 6) }}
            * class_weeks.order_days_per_customer
        ) as pieces
    from class_cells
    inner join class_weeks
        on
            class_cells.order_days_band = class_weeks.order_days_band
            and class_cells.wait_band = class_weeks.wait_band
    group by class_weeks.week_ahead, class_cells.region, class_cells.category

),

-- Those who come for the first time: as many a week as in the last twelve.
new_customers as (

    select
        dated_lines.region,
        dated_lines.category,
        {{ dbt_rfm.divide_half_up(
            'cast(count(distinct dated_lines.customer_id) as bigint)', weeks
        ) }} as customers,
        {{ dbt_rfm.divide_half_up('cast(sum(dated_lines.quantity) as bigint)', weeks) }} as pieces
    from dated_lines
    inner join customer_days
        on
            dated_lines.customer_id = customer_days.customer_id
            and dated_lines.order_date = customer_days.first_order_date
    where
        customer_days.first_order_date
        > {{ dbt_rfm.add_days('dated_lines.report_date', -7 * weeks) }}
    group by dated_lines.region, dated_lines.category

),

expected as (

    select
        known_customers.week_ahead,
        known_customers.region,
        known_customers.category,
        cell_sizes.customers < {{ least_customers }} as is_suppressed,
        known_customers.customers + coalesce(new_customers.customers, 0) as customers,
        known_customers.pieces + coalesce(new_customers.pieces, 0) as pieces
    from known_customers
    inner join cell_sizes
        on
            known_customers.region = cell_sizes.region
            and known_customers.category = cell_sizes.category
    left join new_customers
        on
            known_customers.region = new_customers.region
            and known_customers.category = new_customers.category

)

select
    report_dates.report_date,
    cast(expected.week_ahead as integer) as week_ahead,
    {{ dbt_rfm.add_days('report_dates.report_date', '(7 * expected.week_ahead - 6)') }}
        as week_start_date,
    cast(expected.category as {{ dbt.type_string() }}) as category,
    cast(expected.region as {{ dbt.type_string() }}) as region,
    expected.is_suppressed,
    cast(
        case when not expected.is_suppressed then round(expected.customers, 6) end as {{ amount }}
    ) as expected_customers,
    cast(
        case when not expected.is_suppressed then round(expected.pieces, 6) end as {{ amount }}
    ) as expected_pieces
from expected
cross join report_dates
