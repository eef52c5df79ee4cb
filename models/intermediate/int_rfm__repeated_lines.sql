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
    repeated_lines.{{ column }},
    {%- endfor %}
    {%- for column in columns %}
    repeated_lines.{{ column }}_as_read,
    {%- endfor %}
    repeated_lines.is_refund,
    -- Copies that agree in all of this are the same line.
    row_number() over (
        partition by {{ key | join(', ') }}
        order by
            repeated_lines.ordered_at,
            {{ dbt_rfm.by_bytes('repeated_lines.customer_id') }},
            repeated_lines.amount,
            repeated_lines.quantity,
            repeated_lines.list_amount nulls last,
            {%- for column in columns[7:] if column != 'source_system' %}
            {{ dbt_rfm.by_bytes('repeated_lines.' ~ column) }} nulls last,
            {%- endfor %}
            {%- for column in columns %}
            {%- set as_read = 'cast(repeated_lines.' ~ column ~ '_as_read as ' ~ text ~ ')' %}
            {{ dbt_rfm.by_bytes(as_read) }} nulls last
            {%- if not loop.last %},{% endif %}
            {%- endfor %}
    ) as copy_number
from repeated_lines
