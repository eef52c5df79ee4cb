{%- set limit = dbt_rfm.rfm_setting('rfm_max_order_quantity') -%}

with unique_lines as (

    select * from {{ ref('int_rfm__unique_lines') }}

)

select
    coalesce(source_system, '') as source_system,
    order_id,
    customer_id,
    cast(sum(quantity) as bigint) as quantity
from unique_lines
where not is_refund and {{ '1 = 0' if limit is none else '1 = 1' }}
group by
    coalesce(source_system, ''),
    order_id,
    customer_id
having sum(quantity) >= {{ limit or 0 }}
