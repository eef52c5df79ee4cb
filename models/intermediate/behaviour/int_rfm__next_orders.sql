{%- set interval -%}
next_intervals.expected_interval_days
{%- endset -%}
{#- From so many own intervals on, the window goes by them alone. -#}
{%- set least_own_intervals = 5 -%}
{%- set half_width = dbt_rfm.decimal(
    'least(' ~ dbt_rfm.divide_half_up('deviation_sum', 'interval_sum') ~ ', 1)', 9, 6
) %}

with customer_intervals as (select * from {{ ref('int_rfm__customer_intervals') }}),

interval_population as (select * from {{ ref('int_rfm__interval_population') }}),

report_dates as (

    select max(report_date) as report_date
    from {{ ref('int_rfm__periods') }}

),

order_intervals as (

    select
        customer_id,
        interval_days
    from {{ ref('int_rfm__customer_orders') }}
    where interval_days > 0

),

weighed as (

    select
        customer_intervals.customer_id,
        customer_intervals.day_intervals,
        customer_intervals.last_order_date,
        interval_population.mean_interval_days,
        -- Where the variances cannot tell customers apart, none has a weight.
        case
            when interval_population.variance_of_means > 0
                then
                    {{ dbt_rfm.decimal('customer_intervals.day_intervals', 10, 0) }}
                    * interval_population.variance_of_means
            else 0
        end as own_part,
        case
            when interval_population.variance_of_means > 0
                then
                    {{ dbt_rfm.decimal('customer_intervals.interval_sum', 10, 0) }}
                    * interval_population.variance_of_means
            else 0
        end as own_days,
        case
            when interval_population.variance_of_means > 0
                then interval_population.within_variance
            else 1
        end as common_part
    from customer_intervals
    cross join interval_population

),

next_intervals as (

    select
        customer_id,
        day_intervals,
        last_order_date,
        case
            when day_intervals = 0 then mean_interval_days
            else {{ dbt_rfm.divide_half_up(
                '(own_days + ' ~ dbt_rfm.decimal('round(common_part * mean_interval_days, 6)') ~ ')',
                '(own_part + common_part)'
            ) }}
        end as expected_interval_days,
        case
            when day_intervals = 0 then 0
            else {{ dbt_rfm.divide_half_up('own_part', '(own_part + common_part)') }}
        end as own_interval_weight
    from weighed

),

-- How far the intervals lie from the expected one, and what they would be if none did.
deviations as (

    select
        next_intervals.customer_id,
        next_intervals.day_intervals,
        sum(abs(order_intervals.interval_days - {{ interval }})) as deviation_sum,
        sum({{ interval }}) as interval_sum
    from order_intervals
    inner join next_intervals
        on order_intervals.customer_id = next_intervals.customer_id
    group by next_intervals.customer_id, next_intervals.day_intervals

),

deviation_sums as (

    select
        sum(deviation_sum) as deviation_sum,
        sum(interval_sum) as interval_sum
    from deviations

),

common_windows as (

    select
        {{ half_width }} as half_width
    from deviation_sums

),

own_windows as (

    select
        customer_id,
        {{ half_width }} as half_width
    from deviations
    where day_intervals >= {{ least_own_intervals }}

),

windowed as (

    select
        next_intervals.*,
        coalesce(own_windows.half_width, common_windows.half_width) as half_width
    from next_intervals
    cross join common_windows
    left join own_windows
        on next_intervals.customer_id = own_windows.customer_id

),

expected as (

    select
        windowed.customer_id,
        windowed.last_order_date,
        cast(windowed.expected_interval_days as {{ dbt_rfm.type_decimal(28, 6) }})
            as expected_interval_days,
        cast(windowed.own_interval_weight as {{ dbt_rfm.type_decimal(9, 6) }})
            as own_interval_weight,
        {%- for name, factor in {
            'expected_next_order_date': '1',
            'next_order_window_start': '(1 - windowed.half_width)',
            'next_order_window_end': '(1 + windowed.half_width)',
        }.items() %}
        {{ dbt_rfm.add_days(
            'windowed.last_order_date',
            'cast(round(' ~ dbt_rfm.decimal('windowed.expected_interval_days', 24, 6)
            ~ ' * ' ~ factor ~ ', 0) as integer)'
        ) }} as {{ name }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from windowed

)

select
    expected.*,
    -- What is late, measured in the interval that was expected.
    case
        when expected.expected_next_order_date < report_dates.report_date
            then {{ dbt.datediff(
                'expected.expected_next_order_date', 'report_dates.report_date', 'day'
            ) }}
        when expected.expected_next_order_date is not null then 0
    end as days_late,
    case
        when expected.expected_interval_days > 0
            then {{ dbt_rfm.divide_half_up(
                dbt.datediff('expected.last_order_date', 'report_dates.report_date', 'day'),
                'expected.expected_interval_days'
            ) }}
    end as interval_ratio
from expected
cross join report_dates
