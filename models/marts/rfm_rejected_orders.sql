{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}

with order_lines as (

    select * from {{ ref('stg_rfm__orders') }}

),

repeated_lines as (

    select * from {{ ref('int_rfm__repeated_lines') }}

),

unique_lines as (

    select * from {{ ref('int_rfm__unique_lines') }}

),

absurd_orders as (

    select * from {{ ref('int_rfm__absurd_orders') }}

)

select
    {%- for column in columns %}
    cast({{ column }}_as_read as {{ dbt.type_string() }}) as {{ column }},
    {%- endfor %}
    cast(reject_reason as {{ dbt.type_string() }}) as reason
from order_lines
where reject_reason is not null
union all
select
    {%- for column in columns %}
    cast({{ column }}_as_read as {{ dbt.type_string() }}) as {{ column }},
    {%- endfor %}
    'duplicate' as reason
from repeated_lines
where copy_number > 1
union all
select
    {%- for column in columns %}
    cast(unique_lines.{{ column }}_as_read as {{ dbt.type_string() }}) as {{ column }},
    {%- endfor %}
    'absurd_quantity' as reason
from unique_lines
inner join absurd_orders
    on
        unique_lines.order_id = absurd_orders.order_id
        and unique_lines.customer_id = absurd_orders.customer_id
        and coalesce(unique_lines.source_system, '') = absurd_orders.source_system
