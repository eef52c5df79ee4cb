{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set metrics = dbt_rfm.rfm_allowed_values('metric') -%}

with graded_customers as (

    select * from {{ ref('int_rfm__graded_customers') }}

),

last_lines as (

    select * from {{ ref('int_rfm__last_lines') }}

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

),

-- What the policy says of each tier, the same for all its customers.
tier_plans as (

    select
        latest_periods.scheme,
        tiers.tier,
        tiers.tier_rank,
        tiers.label,
        tiers.label_zh,
        cadences.contacts_min,
        cadences.contacts_max,
        cadences.every_n,
        cadences.period,
        cadences.action,
        cadences.action_zh,
        case cadences.period
            {%- for period in dbt_rfm.rfm_allowed_values('period') %}
            when '{{ period }}'
                then {{ dbt_rfm.add_periods(
                    period, 'latest_periods.as_of_date', 'cadences.every_n'
                ) }}
            {%- endfor %}
        end as next_contact_due_date
    from latest_periods
    inner join tiers
        on latest_periods.scheme = tiers.scheme
    left join cadences
        on
            tiers.scheme = cadences.scheme
            and tiers.tier = cadences.tier

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
    tier_plans.tier_rank,
    tier_plans.label as tier_label,
    tier_plans.label_zh as tier_label_zh,
    tier_plans.contacts_min,
    tier_plans.contacts_max,
    tier_plans.every_n as contact_every_n,
    tier_plans.period as contact_period,
    tier_plans.next_contact_due_date,
    tier_plans.action,
    tier_plans.action_zh
from graded_customers
inner join latest_periods
    on
        graded_customers.scheme = latest_periods.scheme
        and graded_customers.as_of_date = latest_periods.as_of_date
left join tier_plans
    on
        graded_customers.scheme = tier_plans.scheme
        and graded_customers.tier = tier_plans.tier
left join last_lines
    on
        graded_customers.line_set = last_lines.line_set
        and graded_customers.as_of_date = last_lines.as_of_date
        and graded_customers.customer_id = last_lines.customer_id
