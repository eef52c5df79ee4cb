{# What the lines of an order say together, as columns of a select list that groups `lines` by order.
   largest_line holds the negative amount, the line_id and the columns of rfm_line_details of the line
   of largest amount, the first by its line_id where several have it. #}
{% macro rfm_order_sums(lines) -%}
{%- set money = dbt_rfm.type_decimal(28, 6) -%}
{#- A column that is not mapped says the same of every line, and costs no sum. -#}
{%- set mapped = dbt_rfm.rfm_column_map('orders') -%}
min({{ lines }}.ordered_at) as ordered_at,
cast(max({{ lines }}.ordered_at) as date) as last_line_date,
cast(sum({{ lines }}.amount) as {{ money }}) as amount,
cast({{ 'count(*)' if mapped.quantity is none else 'sum(' ~ lines ~ '.quantity)' }} as bigint)
    as quantity,
cast(count(*) as bigint) as lines,
{%- for name, column in {'listed_amount': 'amount', 'list_amount': 'list_amount'}.items() %}
cast(
    {{ '0' if mapped.list_amount is none else
        'sum(case when ' ~ lines ~ '.list_amount > 0 then ' ~ lines ~ '.' ~ column ~ ' else 0 end)' }}
    as {{ money }}
) as {{ name }},
{%- endfor %}
{{ dbt_rfm._largest_line(lines) }} as largest_line
{%- endmacro %}

{# No amount is as large as what it is taken from, so all these differences have as many digits. #}
{% macro _largest_line(lines) -%}
    {%- set values = [
        'cast(20000000000000 - ' ~ lines ~ '.amount as ' ~ dbt_rfm.type_decimal(20, 6) ~ ')',
        lines ~ '.line_id',
    ] -%}
    {%- for column in dbt_rfm.rfm_line_details() -%}
        {%- do values.append('coalesce(' ~ lines ~ '.' ~ column ~ ", '')") -%}
    {%- endfor -%}
    {%- if values | length == 2 -%}
        cast(null as {{ dbt.type_string() }})
    {%- else -%}
        min({{ dbt_rfm.by_bytes(dbt_rfm.sortable(values, begins_with_time=false)) }})
    {%- endif -%}
{%- endmacro %}
