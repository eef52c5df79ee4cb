{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set metrics = dbt_rfm.rfm_allowed_values('metric') -%}

with graded_customers as (

    select * from {{ ref('int_rfm__graded_customers') }}

),

last_lines as (

    select * from {{ ref('int_rfm__last_lines') }}

),

report_dates as (

    select * from {{ ref('int_rfm__report_dates') }}

),

plans as (

    select * from {{ ref('int_rfm__follow_up_plans') }}

)

select
    cast(graded_customers.scheme as {{ dbt.type_string() }}) as scheme,
    graded_customers.as_of_date,
    graded_customers.window_start,
    graded_customers.customer_id,
    graded_customers.recency_days,
    graded_customers.frequency,
    graded_customers.monetary,
    graded_customers.quantity,
    graded_customers.average_order_value,
    graded_customers.identity,
    cast(graded_customers.first_ordered_at as date) as first_order_date,
    cast(graded_customers.last_ordered_at as date) as last_order_date,
    cast(graded_customers.last_ordered_at as {{ dbt.type_timestamp() }}) as last_ordered_at,
    graded_customers.last_order_id,
    graded_customers.last_order_amount,
    last_lines.product_name as last_product_name,
    coalesce(last_lines.region, '未知') as region,
    last_lines.store_code,
    {%- for metric in metrics %}
    {{ dbt_rfm.decimal('graded_customers.' ~ metric ~ '_score', 12, 6) }} as {{ metric }}_score,
    {%- endfor %}
    graded_customers.score,
    graded_customers.tier,
    plans.tier_rank,
    plans.label as tier_label,
    plans.label_zh as tier_label_zh,
    plans.contacts_min,
    plans.contacts_max,
    plans.every_n as contact_every_n,
    plans.period as contact_period,
    plans.first_due_date as next_contact_due_date,
    plans.action,
    plans.action_zh
from graded_customers
inner join report_dates
    on
        graded_customers.scheme = report_dates.scheme
        and graded_customers.as_of_date = report_dates.as_of_date
left join plans
    on
        graded_customers.scheme = plans.scheme
        and graded_customers.tier = plans.tier
left join last_lines
    on
        graded_customers.line_set = last_lines.line_set
        and graded_customers.as_of_date = last_lines.as_of_date
        and graded_customers.customer_id = last_lines.customer_id
