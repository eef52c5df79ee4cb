-- The days whose tiers are kept: each scheme's latest as-of date, and the ends of the complete
-- refresh periods before it, back to the one that holds its first order.

{%- set given_as_of_date = dbt_rfm.rfm_setting('rfm_as_of_date') -%}
{%- set given_report_date = dbt_rfm.rfm_setting('rfm_report_date') -%}
{%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
{%- set outcome_months = dbt_rfm.rfm_setting('rfm_outcome_months') | int -%}
{%- set filters = dbt_rfm.rfm_order_scopes() -%}
{%- set all_lines = dbt_rfm.rfm_all_lines() -%}
{%- set text = dbt.type_string() -%}
{%- set day_after_latest = dbt_rfm.add_days('line_range.last_line_date', 1) %}

with policy_gate as (select * from {{ ref('int_rfm__policy_gate') }}),

line_range as (select * from {{ ref('int_rfm__line_range') }}),

orders as (select * from {{ ref('int_rfm__orders') }}),

schemes as (

    select
        *,
        {% if filters -%}
        case
            when scheme in ({{ dbt_rfm.text_list(filters) }}) then scheme
            else '{{ all_lines }}'
        end
        {%- else -%}
        '{{ all_lines }}'
        {%- endif %} as order_scope
    from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}
    {%- if enabled is not none %}
    where scheme in ({{ dbt_rfm.text_list(enabled) }})
    {%- endif %}

),

latest_dates as (

    select
        schemes.*,
        line_range.last_line_date,
        {%- if given_as_of_date is not none %}
        case
            when {{ dbt_rfm.date_literal(given_as_of_date) }} < line_range.first_order_date
                then cast({{ dbt_rfm.fail_as_text(
                    "'var rfm_as_of_date: found \"" ~ given_as_of_date ~ "\", which is before the"
                    ~ " first order; write a date from '"
                    ~ " || cast(line_range.first_order_date as " ~ text ~ ")"
                ) }} as date)
            else {{ dbt_rfm.date_literal(given_as_of_date) }}
        end as latest_as_of_date
        {%- else %}
        -- The day before the period that the next day belongs to: the end of the latest period
        -- that is complete.
        case schemes.refresh_period
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when '{{ period }}'
                then {{ dbt_rfm.add_days(dbt_rfm.period_start(period, day_after_latest), -1) }}
            {%- endfor %}
        end as latest_as_of_date
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
        *,
        {% if given_report_date is none -%}
        greatest(last_line_date, latest_as_of_date)
        {%- else -%}
        case
            when latest_as_of_date > {{ dbt_rfm.date_literal(given_report_date) }}
                then cast({{ dbt_rfm.fail_as_text(
                    "'var rfm_report_date: found \"" ~ given_report_date ~ "\", which is before"
                    ~ " the as-of date of scheme ' || scheme || '; write a date from '"
                    ~ " || cast(latest_as_of_date as " ~ text ~ ")"
                ) }} as date)
            else {{ dbt_rfm.date_literal(given_report_date) }}
        end
        {%- endif %} as report_date
    from latest_dates

),

-- The latest as-of date has number 1.
numbers as (

    {{ dbt_rfm.whole_numbers(
        dbt_rfm.rfm_setting('rfm_history_periods') | int, 'number'
    ) | indent(4) }}

),

numbered_dates as (

    select
        report_dates.*,
        numbers.number = 1 as is_latest,
        case
            when numbers.number = 1 then report_dates.latest_as_of_date
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when report_dates.refresh_period = '{{ period }}'
                then {{ dbt_rfm.add_days(
                    dbt_rfm.add_periods(
                        period,
                        dbt_rfm.period_start(period, 'report_dates.latest_as_of_date'),
                        '(2 - numbers.number)'
                    ), -1
                ) }}
            {%- endfor %}
        end as as_of_date
    from report_dates
    cross join numbers

),

first_orders as (

    select
        order_scope,
        min(order_date) as first_order_date
    from orders
    where not is_refund
    group by order_scope

),

as_of_dates as (

    select
        numbered_dates.*,
        {{ dbt_rfm.add_days(
            dbt_rfm.add_months(
                dbt_rfm.add_days('numbered_dates.as_of_date', 1), outcome_months
            ), -1
        ) }} as outcome_until
    from numbered_dates
    left join first_orders
        on numbered_dates.order_scope = first_orders.order_scope
    where
        numbered_dates.is_latest
        or numbered_dates.as_of_date >= first_orders.first_order_date

)

select
    scheme,
    as_of_date,
    is_latest,
    row_number() over (partition by scheme order by as_of_date) as period_number,
    lag(as_of_date) over (partition by scheme order by as_of_date) as previous_as_of_date,
    lead(as_of_date) over (partition by scheme order by as_of_date) as next_as_of_date,
    outcome_until,
    outcome_until <= last_line_date as is_outcome_complete,
    report_date,
    order_scope,
    window_start,
    window_months,
    population,
    refresh_period,
    tier_method,
    score_decimals
from as_of_dates
