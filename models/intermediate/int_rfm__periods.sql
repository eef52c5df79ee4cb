{%- set as_of_date = dbt_rfm.rfm_setting('rfm_as_of_date') -%}
{%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
{%- set enabled_list = 'schemes.scheme' if enabled is none else dbt_rfm.text_list(enabled) -%}
{%- set day_after = dbt_rfm.add_days('as_of_dates.as_of_date', 1) -%}
{%- set metrics = ['frequency', 'monetary', 'quantity', 'average_order_value'] -%}

with policy_gate as (

    select * from {{ ref('int_rfm__policy_gate') }}

),

schemes as (

    select * from {{ ref('stg_rfm__schemes') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

simple_orders as (

    select * from {{ ref('stg_rfm__order_sums') }}
    where not is_suspect

),

checked_lines as (

    select * from {{ ref('stg_rfm__checked_lines') }}
    where reject_reason is null

),

accepted_dates as (

    select
        min(cast(ordered_at as date)) as first_order_date,
        max(last_line_date) as last_line_date
    from simple_orders
    union all
    select
        min(case when not is_refund then cast(ordered_at as date) end) as first_order_date,
        max(cast(ordered_at as date)) as last_line_date
    from checked_lines

),

line_range as (

    select
        min(first_order_date) as first_order_date,
        {{ dbt_rfm.add_days('max(last_line_date)', 1) }} as day_after_latest_line
    from accepted_dates

),

enabled_schemes as (

    select schemes.*
    from schemes
    cross join policy_gate
    where
        policy_gate.problems = 0
        and schemes.scheme in ({{ enabled_list }})

),

metric_windows as (

    select
        scheme,
        {%- for metric in metrics %}
        max(case when metric = '{{ metric }}' then metric_window end) as {{ metric }}_window
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from scheme_metrics
    group by scheme

),

as_of_dates as (

    select
        enabled_schemes.scheme,
        {%- if as_of_date is not none %}
        case
            when {{ dbt_rfm.date_literal(as_of_date) }} < line_range.first_order_date
                then cast({{ dbt_rfm.fail_as_text(
                    "'var rfm_as_of_date: found \"" ~ as_of_date ~ "\", which is before the first"
                    ~ " order; write a date from '"
                    ~ " || cast(line_range.first_order_date as " ~ dbt.type_string() ~ ")"
                ) }} as date)
            else {{ dbt_rfm.date_literal(as_of_date) }}
        end as as_of_date
        {%- else %}
        -- The day before the period that the next day belongs to: the end of the latest period
        -- that is complete.
        case enabled_schemes.refresh_period
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when '{{ period }}'
                then {{ dbt_rfm.add_days(
                    dbt_rfm.period_start(period, 'line_range.day_after_latest_line'), -1
                ) }}
            {%- endfor %}
        end as as_of_date
        {%- endif %}
    from enabled_schemes
    cross join line_range
    where line_range.first_order_date is not null

)

select
    enabled_schemes.scheme,
    as_of_dates.as_of_date,
    case
        when enabled_schemes.window_months is null then enabled_schemes.window_start
        else {{ dbt_rfm.add_months(day_after, '-enabled_schemes.window_months') }}
    end as window_start,
    case
        when enabled_schemes.scheme in ({{ dbt_rfm.text_list(dbt_rfm.rfm_line_sets()) }})
            then enabled_schemes.scheme
        else '{{ dbt_rfm.rfm_all_lines() }}'
    end as line_set,
    enabled_schemes.population,
    enabled_schemes.tier_method,
    enabled_schemes.score_decimals,
    {%- for metric in metrics %}
    coalesce(metric_windows.{{ metric }}_window, 'scheme') as {{ metric }}_window
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from enabled_schemes
inner join as_of_dates
    on enabled_schemes.scheme = as_of_dates.scheme
inner join metric_windows
    on enabled_schemes.scheme = metric_windows.scheme
