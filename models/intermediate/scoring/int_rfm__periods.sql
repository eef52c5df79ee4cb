-- The days on which customers are measured: each as-of date, and by later windows the report date
-- and the next refresh, for both of which all orders up to the report date count.

{%- set day_after_report = dbt_rfm.add_days('report_date', 1) -%}
{%- set measured = dbt_rfm.rfm_allowed_values('order_metric') -%}
{%- set windowed_metrics = measured | reject('eq', 'recency') | list %}

with as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

metric_windows as (

    select
        {%- for metric in windowed_metrics %}
        coalesce(max(case when metric = '{{ metric }}' then metric_window end), 'scheme')
            as {{ metric }}_window,
        {%- endfor %}
        scheme
    from scheme_metrics
    group by scheme

),

measured_dates as (

    select
        as_of_dates.*,
        'as_of' as period,
        as_of_dates.as_of_date as measured_on,
        as_of_dates.as_of_date as orders_until
    from as_of_dates
    union all
    select
        as_of_dates.*,
        'report' as period,
        as_of_dates.report_date as measured_on,
        as_of_dates.report_date as orders_until
    from as_of_dates
    where as_of_dates.is_latest
    union all
    select
        as_of_dates.*,
        'next_refresh' as period,
        -- The last day of the refresh period that the day after the report belongs to.
        case as_of_dates.refresh_period
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when '{{ period }}'
                then {{ dbt_rfm.add_days(
                    dbt_rfm.add_periods(period, dbt_rfm.period_start(period, day_after_report), 1), -1
                ) }}
            {%- endfor %}
        end as measured_on,
        as_of_dates.report_date as orders_until
    from as_of_dates
    where as_of_dates.is_latest

)

select
    measured_dates.scheme,
    measured_dates.period,
    measured_dates.as_of_date,
    measured_dates.is_latest,
    measured_dates.measured_on,
    measured_dates.orders_until,
    case
        when measured_dates.window_months is null then measured_dates.window_start
        else {{ dbt_rfm.add_months(
            dbt_rfm.add_days('measured_dates.measured_on', 1), '-measured_dates.window_months'
        ) }}
    end as window_start,
    measured_dates.order_scope,
    measured_dates.population,
    measured_dates.tier_method,
    measured_dates.score_decimals,
    {%- for metric in windowed_metrics %}
    metric_windows.{{ metric }}_window,
    {%- endfor %}
    measured_dates.report_date
from measured_dates
inner join metric_windows
    on measured_dates.scheme = metric_windows.scheme
