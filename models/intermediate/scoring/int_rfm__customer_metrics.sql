with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

customer_totals as (select * from {{ ref('int_rfm__customer_totals') }}),
{% if dbt_rfm.own_measure_metrics() %}
customer_measures as (select * from {{ ref('int_rfm__customer_measures') }}),
{% endif %}
customers as (
    select * from {{ ref('stg_rfm__customers') }}
    where reject_reason is null
),

customer_identities as (

    select
        customer_id,
        case
            when count(*) = 1 then min({{ dbt_rfm.column_name('identity') }})
            else {{ dbt_rfm.fail_as_text(
                "'customers input: customer_id \"' || customer_id || '\" stands on '"
                ~ ' || cast(count(*) as ' ~ dbt.type_string() ~ ')'
                ~ " || ' rows; write one row a customer'"
            ) }}
        end as {{ dbt_rfm.column_name('identity') }}
    from customers
    where customer_id is not null
    group by customer_id

),

customer_metrics as (

    {{ dbt_rfm.measured_customers(
        'periods', 'customer_totals', 'customer_identities', 'customer_measures'
    ) | indent(4) }}

)

select * from customer_metrics
