with accepted_lines as (

    select * from {{ ref('int_rfm__accepted_lines') }}

)

select
    cast(ordered_at as date) as line_date,
    sum(case when is_refund then 0 else 1 end) as order_lines,
    count(*) as all_lines
from accepted_lines
group by cast(ordered_at as date)
