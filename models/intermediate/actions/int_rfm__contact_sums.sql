with listed_customers as (select * from {{ ref('int_rfm__listed_customers') }}),

contacts as (select * from {{ ref('int_rfm__contacts') }}),

numbered_contacts as (

    select
        listed_customers.scheme,
        listed_customers.customer_id,
        listed_customers.contacts_min,
        listed_customers.round_start_date,
        listed_customers.first_order_date,
        contacts.contacted_at,
        cast(contacts.contacted_at as date) as contact_date,
        contacts.channel,
        contacts.outcome,
        row_number() over (
            partition by listed_customers.scheme, listed_customers.customer_id
            order by
                contacts.contacted_at desc,
                {{ dbt_rfm.by_bytes('contacts.contact_id') }} desc
        ) as contact_number
    from listed_customers
    inner join contacts
        on
            listed_customers.customer_id = contacts.customer_id
            and listed_customers.report_date >= cast(contacts.contacted_at as date)

)

select
    scheme,
    customer_id,
    max(case when contact_number = 1 then contacted_at end) as last_contacted_at,
    max(case when contact_number = 1 then channel end) as last_contact_channel,
    max(case when contact_number = 1 then outcome end) as last_contact_outcome,
    -- The contact from which on there are as many as a round asks for.
    max(case when contact_number = contacts_min then contact_date end) as due_from_date,
    -- Who is not graded is in no round: what counts is what came after the first order.
    sum(case when contact_date >= coalesce(round_start_date, first_order_date) then 1 else 0 end)
        as contacts_made,
    sum(case when contact_date >= first_order_date then 1 else 0 end) as contacts_since_first_order
from numbered_contacts
group by scheme, customer_id
