-- For questions that orders cannot answer: which categories were bought where, and which lines
-- match the filter of a scheme.

{%- set columns = dbt_rfm.rfm_contract_columns('orders') | list %}

with order_lines as (
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

category_aliases as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_category_aliases') }}
),

simple_lines as (

    select order_lines.*
    from order_lines
    left join suspect_orders
        on
            {{ dbt_rfm.rfm_same_order('order_lines', 'suspect_orders') | indent(12) }}
    where suspect_orders.order_id is null

),

accepted_lines as (

    {% for relation in ['simple_lines', 'checked_lines'] -%}
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

)

select
    {%- for column in columns if column not in ['category', 'region'] %}
    accepted_lines.{{ column }},
    {%- endfor %}
    accepted_lines.is_refund,
    coalesce(category_aliases.category, accepted_lines.category, '未知') as category,
    coalesce(accepted_lines.region, '未知') as region
from accepted_lines
left join category_aliases
    on accepted_lines.category = category_aliases.alias
