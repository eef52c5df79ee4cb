-- The lines of suspect orders, looked at closely: all lines that are refused are among them.

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list -%}
{%- set text = dbt.type_string() -%}
{%- set mapped = dbt_rfm.rfm_column_map('orders') -%}
{%- set limit = dbt_rfm.rfm_setting('rfm_max_order_quantity') %}

with suspect_orders as (

    select
        order_id,
        source_system
    from {{ ref('int_rfm__order_sums') }}
    where is_suspect

),

{%- if dbt_rfm.rfm_setting('rfm_pseudonymise') %}

order_lines as (

    select lines.*
    from {{ ref('stg_rfm__orders') }} as lines
    inner join suspect_orders
        on
            {{ dbt_rfm.rfm_same_order('lines', 'suspect_orders') | indent(8) }}

),
{%- else %}

input_rows as (select * from {{ ref('stg_rfm__order_rows') }}),

-- Found among the rows as they came: only these few need to be read in full.
suspect_rows as (

    select input_rows.*
    from input_rows
    inner join suspect_orders
        on
            {{ dbt_rfm.rfm_same_order(
                'input_rows', 'suspect_orders', are_read=false
            ) | indent(8) }}

),

order_lines as (

    {{ dbt_rfm.rfm_parsed_orders('suspect_rows') | indent(4) }}

),
{%- endif %}

readable_lines as (

    select * from order_lines
    where reject_reason is null

),

refused_lines as (

    select * from order_lines
    where reject_reason is not null

),

numbered as (

    select
        readable_lines.*,
        -- Copies that agree in all of this are the same line.
        row_number() over (
            partition by {{ dbt_rfm.rfm_line_key('readable_lines') | join(', ') }}
            order by
                readable_lines.ordered_at,
                {{ dbt_rfm.by_bytes('readable_lines.customer_id') }},
                readable_lines.amount,
                readable_lines.quantity,
                readable_lines.list_amount nulls last,
                {%- for column in columns[7:] if mapped[column] and column != 'source_system' %}
                {{ dbt_rfm.by_bytes('readable_lines.' ~ column) }} nulls last,
                {%- endfor %}
                {%- for column in columns if mapped[column] %}
                {%- set as_read = 'cast(readable_lines.' ~ column ~ '_as_read as ' ~ text ~ ')' %}
                {{ dbt_rfm.by_bytes(as_read) }} nulls last
                {%- if not loop.last %},{% endif %}
                {%- endfor %}
        ) as copy_number
    from readable_lines

){% if limit is not none %},

summed as (

    select
        numbered.*,
        sum(
            case
                when numbered.copy_number > 1 or numbered.is_refund then 0
                else numbered.quantity
            end
        ) over (
            partition by
                {{ dbt_rfm.rfm_order_columns('numbered') | join(', ') }},
                numbered.customer_id
        ) as order_quantity
    from numbered

)
{%- endif %}
{% for relation in ['numbered' if limit is none else 'summed', 'refused_lines'] %}
select
    {%- for column in columns %}
    {{ column }},
    {%- endfor %}
    {%- for column in columns %}
    {{ column }}_as_read,
    {%- endfor %}
    is_refund,
    {% if relation == 'refused_lines' -%}
    reject_reason
    {%- else -%}
    case
        when copy_number > 1 then 'duplicate'
        {%- if limit is not none %}
        when order_quantity >= {{ limit }} then 'absurd_quantity'
        {%- endif %}
    end as reject_reason
    {%- endif %}
from {{ relation }}
{%- if not loop.last %}
union all
{%- endif %}
{%- endfor %}
