-- Which customers are alike: on the report date, and on earlier dates of the same data, on which
-- later orders are not looked at but to see who ordered again.

{%- set months = dbt_rfm.rfm_setting('rfm_outcome_months') | int -%}
{%- set bounds = dbt_rfm.similar_customer_bounds() %}

with customer_orders as (select * from {{ ref('int_rfm__customer_orders') }}),

report_dates as (

    select max(report_date) as report_date
    from {{ ref('int_rfm__periods') }}

),

-- Of several orders on one day, all but the first have an interval of 0.
order_days as (

    select
        customer_id,
        order_date
    from customer_orders
    where interval_days is null or interval_days > 0

),

first_orders as (

    select min(order_date) as first_order_date
    from order_days

),

possible_dates as (

    select
        true as is_report_date,
        report_date as looked_on,
        0 as outcome_months,
        0 as months_needed
    from report_dates
    {%- for back, needed in bounds.lookbacks %}
    union all
    select
        false as is_report_date,
        {{ dbt_rfm.add_months('report_date', -back) }} as looked_on,
        {{ months }} as outcome_months,
        {{ needed }} as months_needed
    from report_dates
    {%- endfor %}

),

dates as (

    select
        possible_dates.is_report_date,
        possible_dates.looked_on,
        {{ dbt_rfm.add_months(
            'possible_dates.looked_on', 'possible_dates.outcome_months'
        ) }} as outcome_until
    from possible_dates
    cross join first_orders
    where
        first_orders.first_order_date
        <= {{ dbt_rfm.add_months('possible_dates.looked_on', '-possible_dates.months_needed') }}

),

known as (

    select
        order_days.customer_id,
        dates.is_report_date,
        dates.looked_on,
        min(order_days.order_date) as first_order_date,
        max(case when order_days.order_date <= dates.looked_on then order_days.order_date end)
            as last_order_date,
        count(case when order_days.order_date <= dates.looked_on then 1 end) as order_days,
        max(case when order_days.order_date > dates.looked_on then 1 else 0 end) as ordered_again
    from order_days
    inner join dates
        on order_days.order_date <= dates.outcome_until
    group by order_days.customer_id, dates.is_report_date, dates.looked_on
    having min(order_days.order_date) <= dates.looked_on

),

waits as (

    select
        *,
        {{ dbt.datediff(
            'last_order_date', 'looked_on', 'day'
        ) }} as wait_days,
        {{ dbt.datediff(
            'first_order_date', 'last_order_date', 'day'
        ) }} as interval_sum
    from known

)

select
    waits.customer_id,
    waits.is_report_date,
    waits.looked_on,
    {{ dbt_rfm.band_number('waits.order_days', bounds.order_days) | indent(4) }} as order_days_band,
    case
        when waits.order_days = 1
            then {{ dbt_rfm.band_number('waits.wait_days', bounds.first_waits) | indent(12) }}
        -- The wait over the mean interval, interval_sum / intervals, without the division.
        else {{ dbt_rfm.band_number(
            '2 * waits.wait_days * (waits.order_days - 1)', bounds.waits, 'waits.interval_sum'
        ) | indent(8) }}
    end as wait_band,
    waits.ordered_again
from waits
