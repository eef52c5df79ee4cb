with customer_metrics as (

    select distinct
        line_set,
        as_of_date,
        customer_id,
        last_ordered_at
    from {{ ref('int_rfm__customer_metrics') }}

),

orders as (

    select * from {{ ref('int_rfm__orders') }}
    where orders = 1

),

accepted_lines as (

    select * from {{ ref('int_rfm__accepted_lines') }}
    where not is_refund

),

-- Orders of one moment: the greatest order id, by bytes, is the last.
latest_orders as (

    select
        customer_metrics.line_set,
        customer_metrics.as_of_date,
        customer_metrics.customer_id,
        customer_metrics.last_ordered_at,
        orders.order_id,
        orders.source_system,
        orders.amount,
        row_number() over (
            partition by
                customer_metrics.line_set,
                customer_metrics.as_of_date,
                customer_metrics.customer_id
            order by
                {{ dbt_rfm.by_bytes('orders.order_id') }} desc,
                {{ dbt_rfm.by_bytes("coalesce(orders.source_system, '')") }} desc
        ) as order_number
    from customer_metrics
    inner join orders
        on
            customer_metrics.line_set = orders.line_set
            and customer_metrics.customer_id = orders.customer_id
            and customer_metrics.last_ordered_at = orders.ordered_at

),

scheme_lines as (

    {%- for line_set, predicate in dbt_rfm.rfm_line_sets().items() %}

    select
        '{{ line_set }}' as line_set,
        accepted_lines.*
    from accepted_lines
    where ({{ predicate }})
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

largest_lines as (

    select
        latest_orders.line_set,
        latest_orders.as_of_date,
        latest_orders.customer_id,
        latest_orders.last_ordered_at,
        latest_orders.order_id,
        latest_orders.amount,
        scheme_lines.product_name,
        scheme_lines.region,
        scheme_lines.store_code,
        row_number() over (
            partition by
                latest_orders.line_set,
                latest_orders.as_of_date,
                latest_orders.customer_id
            order by
                scheme_lines.amount desc,
                {{ dbt_rfm.by_bytes('scheme_lines.line_id') }}
        ) as line_number
    from latest_orders
    inner join scheme_lines
        on
            latest_orders.line_set = scheme_lines.line_set
            and latest_orders.customer_id = scheme_lines.customer_id
            and latest_orders.order_id = scheme_lines.order_id
            and coalesce(latest_orders.source_system, '')
            = coalesce(scheme_lines.source_system, '')
    where latest_orders.order_number = 1

)

select
    line_set,
    as_of_date,
    customer_id,
    order_id,
    cast(amount as numeric(28, 6)) as amount,
    product_name,
    region,
    store_code
from largest_lines
where line_number = 1
