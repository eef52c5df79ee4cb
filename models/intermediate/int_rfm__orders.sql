{%- set line_is_order = dbt_rfm.rfm_column_map('orders').line_id is none -%}

with accepted_lines as (

    select * from {{ ref('int_rfm__accepted_lines') }}

),

scheme_lines as (

    {%- for line_set, predicate in dbt_rfm.rfm_line_sets().items() %}

    select
        '{{ line_set }}' as line_set,
        customer_id,
        order_id,
        source_system,
        ordered_at,
        amount,
        quantity,
        is_refund
    from accepted_lines
    where ({{ predicate }})
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

orders as (

    select
        line_set,
        customer_id,
        order_id,
        source_system,
        {%- if line_is_order %}
        ordered_at,
        amount,
        quantity,
        1 as lines
        {%- else %}
        min(ordered_at) as ordered_at,
        sum(amount) as amount,
        sum(quantity) as quantity,
        count(*) as lines
        {%- endif %}
    from scheme_lines
    where not is_refund
    {%- if not line_is_order %}
    group by
        line_set,
        customer_id,
        order_id,
        source_system
    {%- endif %}

)

select
    line_set,
    customer_id,
    order_id,
    source_system,
    ordered_at,
    cast(ordered_at as date) as order_date,
    amount,
    quantity,
    lines,
    1 as orders
from orders
{%- if dbt_rfm.rfm_setting('rfm_refunds') == 'net' %}
union all
-- A refund has a date and an amount of its own and is no order.
select
    line_set,
    customer_id,
    order_id,
    source_system,
    ordered_at,
    cast(ordered_at as date) as order_date,
    amount,
    quantity,
    1 as lines,
    0 as orders
from scheme_lines
where is_refund
{%- endif %}
