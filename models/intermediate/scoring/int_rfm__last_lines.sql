-- The line of largest amount in each customer's last order. Without a mapped column to read there
-- it has no rows, and the lines need not be read once more.

{%- set columns = dbt_rfm.rfm_column_map('orders') -%}
{%- set details = ['product_name', 'region', 'store_code'] -%}
{%- set has_details = columns.product_name or columns.region or columns.store_code %}

with customer_metrics as (

    select distinct
        line_set,
        as_of_date,
        customer_id,
        last_order_id,
        last_source_system
    from {{ ref('int_rfm__customer_metrics') }}

),

scheme_lines as (

    select * from {{ ref('int_rfm__scheme_lines') }}
    where not is_refund and {{ '1 = 1' if has_details else '1 = 0' }}

),

numbered as (

    select
        customer_metrics.line_set,
        customer_metrics.as_of_date,
        customer_metrics.customer_id,
        {%- for column in details %}
        scheme_lines.{{ column }},
        {%- endfor %}
        row_number() over (
            partition by
                customer_metrics.line_set,
                customer_metrics.as_of_date,
                customer_metrics.customer_id
            order by
                scheme_lines.amount desc,
                {{ dbt_rfm.by_bytes('scheme_lines.line_id') }}
        ) as line_number
    from customer_metrics
    inner join scheme_lines
        on
            customer_metrics.line_set = scheme_lines.line_set
            and customer_metrics.customer_id = scheme_lines.customer_id
            and customer_metrics.last_order_id = scheme_lines.order_id
            and customer_metrics.last_source_system = coalesce(scheme_lines.source_system, '')

)

select
    line_set,
    as_of_date,
    customer_id,
    {{ details | join(',\n    ') }}
from numbered
where line_number = 1
