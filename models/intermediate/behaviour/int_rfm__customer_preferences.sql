{%- set order_preferences = [
    'channel', 'payment_method', 'order_value_band', 'hour_band', 'weekday',
] %}

with customer_orders as (select * from {{ ref('int_rfm__customer_orders') }}),

category_lines as (
    select * from {{ ref('int_rfm__purchase_lines') }}
    where
        not is_refund
        and category <> '未知'
),

counted as (

    select
        category_lines.customer_id,
        'category' as preference,
        category_lines.category as value,
        count(*) as purchases,
        sum(category_lines.amount) as amount
    from category_lines
    inner join customer_orders
        on
            category_lines.customer_id = customer_orders.customer_id
            and category_lines.order_id = customer_orders.order_id
            and coalesce(category_lines.source_system, '') = customer_orders.source_system
    group by
        category_lines.customer_id,
        category_lines.category
    {%- for preference in order_preferences %}
    union all
    select
        customer_id,
        '{{ preference }}' as preference,
        {{ preference }} as value,
        count(*) as purchases,
        sum(amount) as amount
    from customer_orders
    where {{ preference }} is not null
    group by
        customer_id,
        {{ preference }}
    {%- endfor %}

),

ranked as (

    select
        *,
        sum(purchases) over (partition by customer_id, preference) as all_purchases,
        row_number() over (
            partition by customer_id, preference
            order by
                purchases desc,
                amount desc,
                {{ dbt_rfm.by_bytes('value') }}
        ) as preference_rank
    from counted

)

select
    customer_id,
    cast(preference as {{ dbt.type_string() }}) as preference,
    cast(value as {{ dbt.type_string() }}) as value,
    cast(purchases as bigint) as purchases,
    cast(amount as {{ dbt_rfm.type_decimal(28, 6) }}) as amount,
    cast(
        {{ dbt_rfm.divide_half_up('purchases', 'all_purchases') }}
        as {{ dbt_rfm.type_decimal(9, 6) }}
    ) as share,
    cast(preference_rank as integer) as preference_rank
from ranked
