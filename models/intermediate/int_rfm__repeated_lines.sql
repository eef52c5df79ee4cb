{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}
{%- set text = dbt.type_string() -%}
{%- set key = dbt_rfm.rfm_line_key('repeated_lines') -%}

with readable_lines as (

    select * from {{ ref('stg_rfm__orders') }}
    where reject_reason is null

),

repeated_keys as (

    select * from {{ ref('int_rfm__repeated_keys') }}

),

repeated_lines as (

    select readable_lines.*
    from readable_lines
    inner join repeated_keys
        on {{ dbt_rfm.on_line_key('readable_lines', 'repeated_keys') }}

)

select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in columns %}
    {{ column }}_as_read,
    {%- endfor %}
    is_refund,
    -- Copies that agree in all of this are the same line.
    row_number() over (
        partition by {{ key | join(', ') }}
        order by
            ordered_at,
            {{ dbt_rfm.by_bytes('customer_id') }},
            amount,
            quantity,
            list_amount nulls last,
            {%- for column in columns[7:] if column != 'source_system' %}
            {{ dbt_rfm.by_bytes(column) }} nulls last,
            {%- endfor %}
            {%- for column in columns %}
            {{ dbt_rfm.by_bytes('cast(' ~ column ~ '_as_read as ' ~ text ~ ')') }} nulls last
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
    ) as copy_number
from repeated_lines
