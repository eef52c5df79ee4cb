{{ config(materialized='view') }}

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}

with readable_lines as (

    select * from {{ ref('stg_rfm__orders') }}
    where reject_reason is null

),

suspect_orders as (

    select
        order_id,
        source_system
    from {{ ref('int_rfm__order_sums') }}
    where is_suspect

),

checked_lines as (

    select * from {{ ref('int_rfm__checked_lines') }}
    where reject_reason is null

),

other_lines as (

    select readable_lines.*
    from readable_lines
    left join suspect_orders
        on
            {{ dbt_rfm.rfm_same_order('readable_lines', 'suspect_orders') | indent(8) }}
    where suspect_orders.order_id is null

)

{% for relation in ['other_lines', 'checked_lines'] -%}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    is_refund
from {{ relation }}
{%- if not loop.last %}
union all
{% endif %}
{%- endfor %}
