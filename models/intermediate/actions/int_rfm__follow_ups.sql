{%- set columns = [
    'scheme', 'as_of_date', 'report_date', 'customer_id', 'tier', 'tier_rank', 'tier_place', 'label',
    'label_zh', 'contacts_min', 'contacts_max', 'every_n', 'period', 'contacts_per_year', 'action',
    'action_zh', 'round_start_date', 'round_end_date', 'first_due_date', 'monetary',
    'first_order_date', 'last_order_date', 'last_contacted_at', 'last_contact_channel',
    'last_contact_outcome', 'contacts_made', 'contacts_owed_min', 'contacts_owed_max',
    'owed_welcome_date', 'next_contact_due_date', 'status',
] %}

with listed_customers as (select * from {{ ref('int_rfm__listed_customers') }}),

contact_sums as (select * from {{ ref('int_rfm__contact_sums') }}),

dated as (

    select
        listed_customers.*,
        contact_sums.last_contacted_at,
        contact_sums.last_contact_channel,
        contact_sums.last_contact_outcome,
        coalesce(contact_sums.contacts_made, 0) as contacts_made,
        case
            when coalesce(contact_sums.contacts_since_first_order, 0) = 0
                then listed_customers.welcome_due_date
        end as owed_welcome_date,
        case
            when listed_customers.contacts_min > 0
                then coalesce(
                    {{ dbt_rfm.add_rounds(
                        'contact_sums.due_from_date', 'listed_customers'
                    ) | indent(20) }},
                    listed_customers.first_due_date
                )
        end as round_due_date
    from listed_customers
    left join contact_sums
        on
            listed_customers.scheme = contact_sums.scheme
            and listed_customers.customer_id = contact_sums.customer_id

),

-- A welcome is one contact of the round, or the only one where there is no round.
owed as (

    select
        dated.*,
        {%- for end in ['min', 'max'] %}
        greatest(
            coalesce(dated.contacts_{{ end }} - dated.contacts_made, 0),
            case when dated.owed_welcome_date is not null then 1 else 0 end
        ) as contacts_owed_{{ end }},
        {%- endfor %}
        case
            when dated.owed_welcome_date < dated.round_due_date then dated.owed_welcome_date
            else coalesce(dated.round_due_date, dated.owed_welcome_date)
        end as next_contact_due_date
    from dated

),

with_status as (

    select
        owed.*,
        case
            when owed.contacts_owed_min = 0 then 'ok'
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
        when with_status.status = 'overdue'
            then {{ dbt.datediff(
                'with_status.next_contact_due_date', 'with_status.report_date', 'day'
            ) }}
        else 0
    end as days_overdue
from with_status
