with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

plans as (select * from {{ ref('int_rfm__follow_up_plans') }}),

contacts as (select * from {{ ref('int_rfm__contacts') }}),

numbered_contacts as (

    select
        graded_customers.scheme,
        graded_customers.customer_id,
        plans.contacts_min,
        plans.round_start_date,
        contacts.contacted_at,
        contacts.contact_date,
        contacts.channel,
        contacts.outcome,
        row_number() over (
            partition by graded_customers.scheme, graded_customers.customer_id
            order by
                contacts.contacted_at desc,
                {{ dbt_rfm.by_bytes('contacts.contact_id') }} desc
        ) as contact_number
    from graded_customers
    inner join contacts
        on graded_customers.customer_id = contacts.customer_id
    inner join plans
        on
            graded_customers.scheme = plans.scheme
            and graded_customers.as_of_date = plans.as_of_date
            and graded_customers.tier = plans.tier
            and contacts.contact_date <= plans.report_date

)

select
    scheme,
    customer_id,
    max(case when contact_number = 1 then contacted_at end) as last_contacted_at,
    max(case when contact_number = 1 then channel end) as last_contact_channel,
    max(case when contact_number = 1 then outcome end) as last_contact_outcome,
    -- The contact from which on there are as many as a round asks for.
    max(case when contact_number = contacts_min then contact_date end) as due_from_date,
    sum(case when contact_date >= round_start_date then 1 else 0 end) as contacts_made
from numbered_contacts
group by
    scheme,
    customer_id
