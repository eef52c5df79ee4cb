-- Orders are summed by window before it is known which line is the latest that is accepted. So here
-- are the windows for every date that it could have.

{%- set as_of_date = dbt_rfm.rfm_setting('rfm_as_of_date') -%}
{%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
{%- set enabled_list = 'schemes.scheme' if enabled is none else dbt_rfm.text_list(enabled) -%}
{%- set day_after_latest = dbt_rfm.add_days('line_dates.line_date', 1) %}

with policy_gate as (

    select * from {{ ref('int_rfm__policy_gate') }}

),

schemes as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}

),

line_dates as (

    select * from {{ ref('int_rfm__line_dates') }}

),

enabled_schemes as (

    select schemes.*
    from schemes
    cross join policy_gate
    where
        policy_gate.problems = 0
        and schemes.scheme in ({{ enabled_list }})

),

as_of_dates as (

    select
        enabled_schemes.scheme,
        enabled_schemes.window_start,
        enabled_schemes.window_months,
        line_dates.line_date as latest_line_date,
        {%- if as_of_date is not none %}
        {{ dbt_rfm.date_literal(as_of_date) }} as as_of_date
        {%- else %}
        -- The day before the period that the next day belongs to: the end of the latest period
        -- that is complete.
        case enabled_schemes.refresh_period
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when '{{ period }}'
                then {{ dbt_rfm.add_days(dbt_rfm.period_start(period, day_after_latest), -1) }}
            {%- endfor %}
        end as as_of_date
        {%- endif %}
    from enabled_schemes
    cross join line_dates

)

select
    as_of_dates.scheme,
    as_of_dates.latest_line_date,
    as_of_dates.as_of_date,
    {{ dbt_rfm.window_start('as_of_dates', 'as_of_dates.as_of_date') | indent(4) }} as window_start
from as_of_dates
