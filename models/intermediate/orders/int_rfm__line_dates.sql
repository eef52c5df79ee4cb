with order_lines as (

    select * from {{ ref('stg_rfm__orders') }}

)

select distinct cast(ordered_at as date) as line_date
from order_lines
where ordered_at is not null
