-- The contacts that can be used, each once.

with contacts as (
    select * from {{ ref('stg_rfm__contacts') }}
    where reject_reason is null
),

numbered as (

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
    cast(contacted_at as date) as contact_date,
    channel,
    outcome
from numbered
where copy_number = 1
