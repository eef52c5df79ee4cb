{%- set as_of_date = 'graded_customers.as_of_date' -%}

with graded_customers as (

    select * from {{ ref('int_rfm__graded_customers') }}

),

customer_metrics as (

    select * from {{ ref('int_rfm__customer_metrics') }}

),

last_orders as (

    select * from {{ ref('int_rfm__last_orders') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

cadences as (

    select * from {{ ref('stg_rfm__follow_up_cadences') }}

),

latest_periods as (

    select
        scheme,
        max(as_of_date) as as_of_date
    from periods
    group by scheme

)

select
    cast(graded_customers.scheme as {{ dbt.type_string() }}) as scheme,
    graded_customers.as_of_date,
    customer_metrics.window_start,
    graded_customers.customer_id,
    customer_metrics.recency_days,
    customer_metrics.frequency,
    customer_metrics.monetary,
    customer_metrics.quantity,
    customer_metrics.average_order_value,
    customer_metrics.identity,
    cast(customer_metrics.first_ordered_at as date) as first_order_date,
    cast(customer_metrics.last_ordered_at as date) as last_order_date,
    customer_metrics.last_ordered_at,
    last_orders.order_id as last_order_id,
    last_orders.amount as last_order_amount,
    last_orders.product_name as last_product_name,
    last_orders.region,
    last_orders.store_code,
    {%- for metric in dbt_rfm.rfm_allowed_values('metric') %}
    graded_customers.{{ metric }}_score,
    {%- endfor %}
    graded_customers.score,
    graded_customers.tier,
    tiers.tier_rank,
    tiers.label as tier_label,
    tiers.label_zh as tier_label_zh,
    cadences.contacts_min,
    cadences.contacts_max,
    cadences.every_n as contact_every_n,
    cadences.period as contact_period,
    case cadences.period
        {%- for period in dbt_rfm.rfm_allowed_values('period') %}
        when '{{ period }}' then {{ dbt_rfm.add_periods(period, as_of_date, 'cadences.every_n') }}
        {%- endfor %}
    end as next_contact_due_date,
    cadences.action,
    cadences.action_zh
from graded_customers
inner join latest_periods
    on
        graded_customers.scheme = latest_periods.scheme
        and graded_customers.as_of_date = latest_periods.as_of_date
inner join customer_metrics
    on
        graded_customers.scheme = customer_metrics.scheme
        and graded_customers.as_of_date = customer_metrics.as_of_date
        and graded_customers.customer_id = customer_metrics.customer_id
left join last_orders
    on
        customer_metrics.line_set = last_orders.line_set
        and customer_metrics.as_of_date = last_orders.as_of_date
        and customer_metrics.customer_id = last_orders.customer_id
left join tiers
    on
        graded_customers.scheme = tiers.scheme
        and graded_customers.tier = tiers.tier
left join cadences
    on
        graded_customers.scheme = cadences.scheme
        and graded_customers.tier = cadences.tier
