-- A slice is a stretch of days in which no scheme's window begins or ends. Every window is made of
-- whole slices, so that the lines need to be summed once for all schemes.

with periods as (

    select * from {{ ref('int_rfm__periods') }}

),

line_dates as (

    select * from {{ ref('int_rfm__line_dates') }}

),

slice_starts as (

    select cast('0001-01-01' as date) as slice_start
    union all
    select window_start
    from periods
    where window_start is not null
    union all
    select {{ dbt_rfm.add_days('as_of_date', 1) }}
    from periods

)

select
    line_dates.line_date,
    max(slice_starts.slice_start) as slice_start
from line_dates
inner join slice_starts
    on line_dates.line_date >= slice_starts.slice_start
group by line_dates.line_date
