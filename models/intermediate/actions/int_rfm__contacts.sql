with contacts as (
    select * from {{ ref('stg_rfm__contacts') }}
    where reject_reason is null
),

copies as (

    select
        contact_id,
        customer_id,
        contacted_at,
        channel,
        outcome,
        row_number() over (
            partition by contact_id
            order by
                contacted_at,
                {{ dbt_rfm.by_bytes('customer_id') }},
                {{ dbt_rfm.by_bytes('channel') }} nulls last,
                {{ dbt_rfm.by_bytes('outcome') }} nulls last
        ) as copy_number
    from contacts

)

select
    contact_id,
    customer_id,
    contacted_at,
    channel,
    outcome
from copies
where copy_number = 1
