with graded_customers as (

    select * from {{ ref('int_rfm__graded_customers') }}

),

plans as (

    select * from {{ ref('int_rfm__follow_up_plans') }}

),

contacts as (

    select * from {{ ref('int_rfm__contacts') }}

),

planned as (

    select
        plans.*,
        graded_customers.customer_id,
        graded_customers.monetary,
        cast(graded_customers.last_ordered_at as date) as last_order_date
    from graded_customers
    inner join plans
        on
            graded_customers.scheme = plans.scheme
            and graded_customers.as_of_date = plans.as_of_date
            and graded_customers.tier = plans.tier

),

numbered_contacts as (

    select
        planned.scheme,
        planned.customer_id,
        planned.contacts_min,
        planned.round_start_date,
        contacts.contacted_at,
        contacts.contact_date,
        contacts.channel,
        contacts.outcome,
        row_number() over (
            partition by planned.scheme, planned.customer_id
            order by
                contacts.contacted_at desc,
                {{ dbt_rfm.by_bytes('contacts.contact_id') }} desc
        ) as contact_number
    from planned
    inner join contacts
        on
            planned.customer_id = contacts.customer_id
            and planned.report_date >= contacts.contact_date

),

contact_sums as (

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

),

dated as (

    select
        planned.*,
        contact_sums.last_contacted_at,
        contact_sums.last_contact_channel,
        contact_sums.last_contact_outcome,
        coalesce(contact_sums.contacts_made, 0) as contacts_made,
        case
            when planned.contacts_min > 0
                then coalesce(
                    {{ dbt_rfm.add_rounds('contact_sums.due_from_date', 'planned') | indent(20) }},
                    planned.first_due_date
                )
        end as next_contact_due_date
    from planned
    left join contact_sums
        on
            planned.scheme = contact_sums.scheme
            and planned.customer_id = contact_sums.customer_id

),

owed as (

    select
        dated.*,
        greatest(dated.contacts_min - dated.contacts_made, 0) as contacts_owed_min,
        greatest(dated.contacts_max - dated.contacts_made, 0) as contacts_owed_max
    from dated

),

with_status as (

    select
        owed.*,
        case
            when owed.contacts_owed_min = 0 then 'ok'
            when owed.last_contacted_at is null then 'never_contacted'
            when owed.next_contact_due_date < owed.report_date then 'overdue'
            -- Of a long round, what is owed at its end is not due at its beginning.
            when
                owed.next_contact_due_date
                <= {{ dbt_rfm.add_months('owed.report_date', 1) }}
                then 'due'
            else 'ok'
        end as status
    from owed

)

select
    with_status.scheme,
    with_status.as_of_date,
    with_status.report_date,
    with_status.customer_id,
    with_status.tier,
    with_status.tier_rank,
    with_status.label,
    with_status.label_zh,
    with_status.contacts_min,
    with_status.contacts_max,
    with_status.every_n,
    with_status.period,
    with_status.action,
    with_status.action_zh,
    with_status.round_start_date,
    with_status.round_end_date,
    with_status.first_due_date,
    with_status.monetary,
    with_status.last_order_date,
    with_status.last_contacted_at,
    with_status.last_contact_channel,
    with_status.last_contact_outcome,
    with_status.contacts_made,
    with_status.contacts_owed_min,
    with_status.contacts_owed_max,
    with_status.next_contact_due_date,
    with_status.status,
    case
        when
            with_status.status <> 'ok'
            and with_status.next_contact_due_date < with_status.report_date
            then {{ dbt.datediff(
                'with_status.next_contact_due_date', 'with_status.report_date', 'day'
            ) }}
        else 0
    end as days_overdue
from with_status
