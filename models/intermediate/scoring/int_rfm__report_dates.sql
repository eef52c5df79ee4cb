with periods as (

    select * from {{ ref('int_rfm__periods') }}

),

latest_periods as (

    select
        scheme,
        max(as_of_date) as as_of_date
    from periods
    group by scheme

),

report_dates as (

    select
        scheme,
        as_of_date,
        {{ dbt_rfm.rfm_report_date('scheme', 'as_of_date') | indent(8) }} as report_date
    from latest_periods

)

select
    scheme,
    as_of_date,
    report_date,
    -- For what knows no scheme: one date for all.
    max(report_date) over () as latest_report_date
from report_dates
