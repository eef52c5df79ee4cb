{%- set as_of_date = dbt_rfm.rfm_setting('rfm_as_of_date') -%}
{%- set metrics = ['frequency', 'monetary', 'quantity', 'average_order_value'] -%}

with line_gate as (

    select * from {{ ref('int_rfm__line_gate') }}

),

possible_periods as (

    select * from {{ ref('int_rfm__possible_periods') }}

),

schemes as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}

),

scheme_metrics as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}

),

simple_orders as (

    select * from {{ ref('int_rfm__order_sums') }}
    where not is_suspect

),

checked_lines as (

    select * from {{ ref('int_rfm__checked_lines') }}
    where reject_reason is null

),

accepted_dates as (

    select
        min(cast(first_ordered_at as date)) as first_order_date,
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
        max(last_line_date) as last_line_date
    from accepted_dates

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

)

select
    schemes.scheme,
    {%- if as_of_date is none %}
    possible_periods.as_of_date,
    {%- else %}
    case
        when possible_periods.as_of_date < line_range.first_order_date
            then cast({{ dbt_rfm.fail_as_text(
                "'var rfm_as_of_date: found \"" ~ as_of_date ~ "\", which is before the first"
                ~ " order; write a date from '"
                ~ " || cast(line_range.first_order_date as " ~ dbt.type_string() ~ ")"
            ) }} as date)
        else possible_periods.as_of_date
    end as as_of_date,
    {%- endif %}
    possible_periods.window_start,
    case
        when schemes.scheme in ({{ dbt_rfm.text_list(dbt_rfm.rfm_line_sets()) }})
            then schemes.scheme
        else '{{ dbt_rfm.rfm_all_lines() }}'
    end as line_set,
    schemes.population,
    schemes.tier_method,
    schemes.score_decimals,
    {%- for metric in metrics %}
    coalesce(metric_windows.{{ metric }}_window, 'scheme') as {{ metric }}_window
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from possible_periods
cross join line_gate
inner join line_range
    on possible_periods.latest_line_date = line_range.last_line_date
inner join schemes
    on possible_periods.scheme = schemes.scheme
inner join metric_windows
    on possible_periods.scheme = metric_windows.scheme
where
    line_gate.problems = 0
    and line_range.first_order_date is not null
