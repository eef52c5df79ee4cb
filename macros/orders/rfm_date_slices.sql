{# A query over CTEs: each line_date of `line_dates` with the slice that it lies in. A slice is a
   stretch of days in which no window of `periods` begins or ends, so that every window is made of
   whole slices, and lines are summed once for all schemes. #}
{% macro rfm_date_slices(periods, line_dates) -%}
select
    {{ line_dates }}.line_date,
    max(slice_starts.slice_start) as slice_start
from {{ line_dates }}
inner join (
    select cast('0001-01-01' as date) as slice_start
    union all
    select distinct window_start
    from {{ periods }}
    where window_start is not null
    union all
    select distinct {{ dbt_rfm.add_days('as_of_date', 1) }}
    from {{ periods }}
) as slice_starts
    on {{ line_dates }}.line_date >= slice_starts.slice_start
group by {{ line_dates }}.line_date
{%- endmacro %}
