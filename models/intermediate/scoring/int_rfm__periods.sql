-- Three rows a scheme, each a day on which customers are measured: its as-of date, the report date
-- and its next refresh. From the as-of date come the tiers; the others look at all orders up to the
-- report date, from a later day and by a later window.

{%- set given_as_of_date = dbt_rfm.rfm_setting('rfm_as_of_date') -%}
{%- set given_report_date = dbt_rfm.rfm_setting('rfm_report_date') -%}
{%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
{%- set filters = dbt_rfm.rfm_order_scopes() -%}
{%- set all_lines = dbt_rfm.rfm_all_lines() -%}
{%- set text = dbt.type_string() -%}
{%- set day_after_latest = dbt_rfm.add_days('line_range.last_line_date', 1) -%}
{%- set day_after_report = dbt_rfm.add_days('report_dates.report_date', 1) -%}
{%- set windowed_metrics = ['frequency', 'monetary', 'quantity', 'average_order_value'] %}

with policy_gate as (select * from {{ ref('int_rfm__policy_gate') }}),

line_range as (select * from {{ ref('int_rfm__line_range') }}),

schemes as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}
    {%- if enabled is not none %}
    where scheme in ({{ dbt_rfm.text_list(enabled) }})
    {%- endif %}
),

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

as_of_dates as (

    select
        schemes.*,
        {%- if given_as_of_date is not none %}
        case
            when {{ dbt_rfm.date_literal(given_as_of_date) }} < line_range.first_order_date
                then cast({{ dbt_rfm.fail_as_text(
                    "'var rfm_as_of_date: found \"" ~ given_as_of_date ~ "\", which is before the"
                    ~ " first order; write a date from '"
                    ~ " || cast(line_range.first_order_date as " ~ text ~ ")"
                ) }} as date)
            else {{ dbt_rfm.date_literal(given_as_of_date) }}
        end as as_of_date
        {%- else %}
        -- The day before the period that the next day belongs to: the end of the latest period
        -- that is complete.
        case schemes.refresh_period
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when '{{ period }}'
                then {{ dbt_rfm.add_days(dbt_rfm.period_start(period, day_after_latest), -1) }}
            {%- endfor %}
        end as as_of_date
        {%- endif %}
    from schemes
    cross join policy_gate
    cross join line_range
    where
        policy_gate.problems = 0
        and line_range.problems = 0
        and line_range.first_order_date is not null

),

-- One day for all schemes, for an as-of date behind the latest line is the same for all.
report_dates as (

    select
        as_of_dates.*,
        {% if given_report_date is none -%}
        greatest(line_range.last_line_date, as_of_dates.as_of_date)
        {%- else -%}
        case
            when as_of_dates.as_of_date > {{ dbt_rfm.date_literal(given_report_date) }}
                then cast({{ dbt_rfm.fail_as_text(
                    "'var rfm_report_date: found \"" ~ given_report_date ~ "\", which is before"
                    ~ " the as-of date of scheme ' || as_of_dates.scheme || '; write a date from '"
                    ~ " || cast(as_of_dates.as_of_date as " ~ text ~ ")"
                ) }} as date)
            else {{ dbt_rfm.date_literal(given_report_date) }}
        end
        {%- endif %} as report_date
    from as_of_dates
    cross join line_range

),

measured_dates as (

    select
        report_dates.*,
        'as_of' as period,
        report_dates.as_of_date as measured_on,
        report_dates.as_of_date as orders_until
    from report_dates
    union all
    select
        report_dates.*,
        'report' as period,
        report_dates.report_date as measured_on,
        report_dates.report_date as orders_until
    from report_dates
    union all
    select
        report_dates.*,
        'next_refresh' as period,
        -- The last day of the refresh period that the day after the report belongs to.
        case report_dates.refresh_period
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when '{{ period }}'
                then {{ dbt_rfm.add_days(
                    dbt_rfm.add_periods(period, dbt_rfm.period_start(period, day_after_report), 1), -1
                ) }}
            {%- endfor %}
        end as measured_on,
        report_dates.report_date as orders_until
    from report_dates

)

select
    measured_dates.scheme,
    measured_dates.period,
    measured_dates.as_of_date,
    measured_dates.measured_on,
    measured_dates.orders_until,
    case
        when measured_dates.window_months is null then measured_dates.window_start
        else {{ dbt_rfm.add_months(
            dbt_rfm.add_days('measured_dates.measured_on', 1), '-measured_dates.window_months'
        ) }}
    end as window_start,
    {% if filters -%}
    case
        when measured_dates.scheme in ({{ dbt_rfm.text_list(filters) }}) then measured_dates.scheme
        else '{{ all_lines }}'
    end
    {%- else -%}
    '{{ all_lines }}'
    {%- endif %} as order_scope,
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
