-- Each scheme's next refresh after its as-of date. Orders still count up to the as-of date only.

with periods as (

    select * from {{ ref('int_rfm__periods') }}

),

schemes as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}

),

report_dates as (

    select * from {{ ref('int_rfm__report_dates') }}

),

refreshed as (

    select
        periods.*,
        schemes.window_start as scheme_window_start,
        schemes.window_months,
        -- The last day of the refresh period that the next day belongs to.
        case schemes.refresh_period
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when '{{ period }}'
                then {{ dbt_rfm.add_days(
                    dbt_rfm.add_periods(
                        period,
                        dbt_rfm.period_start(period, dbt_rfm.add_days('periods.as_of_date', 1)),
                        1
                    ),
                    -1
                ) }}
            {%- endfor %}
        end as next_refresh_date
    from periods
    inner join report_dates
        on
            periods.scheme = report_dates.scheme
            and periods.as_of_date = report_dates.as_of_date
    inner join schemes
        on periods.scheme = schemes.scheme

),

windows as (

    select
        scheme,
        window_months,
        next_refresh_date,
        scheme_window_start as window_start
    from refreshed

)

select
    refreshed.scheme,
    refreshed.as_of_date,
    refreshed.next_refresh_date,
    {{ dbt_rfm.window_start('windows', 'windows.next_refresh_date') | indent(4) }} as window_start,
    refreshed.line_set,
    refreshed.population,
    refreshed.frequency_window,
    refreshed.monetary_window,
    refreshed.quantity_window,
    refreshed.average_order_value_window
from refreshed
inner join windows
    on refreshed.scheme = windows.scheme
