{%- set columns = [
    'scheme', 'as_of_date', 'report_date', 'customer_id', 'tier', 'tier_rank', 'label', 'label_zh',
    'contacts_min', 'contacts_max', 'every_n', 'period', 'action', 'action_zh', 'round_start_date',
    'round_end_date', 'first_due_date', 'monetary', 'last_order_date', 'last_contacted_at',
    'last_contact_channel', 'last_contact_outcome', 'contacts_made', 'contacts_owed_min',
    'contacts_owed_max', 'next_contact_due_date', 'status',
] %}

with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

plans as (select * from {{ ref('int_rfm__follow_up_plans') }}),

contact_sums as (select * from {{ ref('int_rfm__contact_sums') }}),

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
    {%- for column in columns %}
    with_status.{{ column }},
    {%- endfor %}
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
