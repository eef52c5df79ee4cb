{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

with follow_ups as (select * from {{ ref('int_rfm__follow_ups') }}),

plans as (select * from {{ ref('int_rfm__follow_up_plans') }}),

months_ahead as (

    {{ dbt_rfm.whole_numbers(12, 'month_ahead') | indent(4) }}

),

plan_months as (

    select
        plans.*,
        months_ahead.month_ahead,
        {{ dbt_rfm.add_days('plans.report_date', 1) }} as day_after,
        {{ dbt_rfm.add_months(
            dbt_rfm.period_start('month', dbt_rfm.add_days('plans.report_date', 1)),
            '(months_ahead.month_ahead - 1)'
        ) }} as month_start
    from plans
    cross join months_ahead

),

month_lengths as (

    select
        plan_months.*,
        {{ dbt_rfm.add_months('month_start', 1) }} as next_month_start,
        {{ dbt.datediff('month_start', dbt_rfm.add_months('month_start', 1), 'day') }}
            as days_in_month
    from plan_months

),

due_dates as (

    select
        scheme,
        tier,
        coalesce(next_contact_due_date, first_due_date) as due_date,
        count(*) as customers
    from follow_ups
    group by scheme, tier, coalesce(next_contact_due_date, first_due_date)

),

tier_customers as (

    select
        scheme,
        tier,
        sum(customers) as customers
    from due_dates
    group by scheme, tier

),

first_days as (

    select
        month_lengths.*,
        due_dates.customers,
        greatest(due_dates.due_date, month_lengths.day_after) as first_day
    from month_lengths
    inner join due_dates
        on
            month_lengths.scheme = due_dates.scheme
            and month_lengths.tier = due_dates.tier

),

-- How far the month's first day and the next month's lie behind the first day of contact.
distances as (

    select
        first_days.*,
        {{ dbt_rfm.calendar_months_between(
            'first_days.first_day', 'first_days.month_start'
        ) | indent(8) }} as months_after,
        {{ dbt.datediff('first_days.first_day', 'first_days.month_start', 'day') }}
            as days_before_month,
        {{ dbt.datediff('first_days.first_day', 'first_days.next_month_start', 'day') }}
            as days_before_next_month
    from first_days

),

due_sums as (

    select
        scheme,
        tier,
        month_ahead,
        sum(
            customers * case
                -- The rounds that begin before the month ends, less those before it begins.
                when months_in_round is null
                    then
                        {{ dbt_rfm.rounds_before('days_before_next_month', 'days_in_round') }}
                        - {{ dbt_rfm.rounds_before('days_before_month', 'days_in_round') }}
                when months_after >= 0 and mod(months_after, months_in_round) = 0
                    then 1
                else 0
            end
        ) as rounds
    from distances
    group by scheme, tier, month_ahead

)

select
    cast(month_lengths.scheme as {{ dbt.type_string() }}) as scheme,
    month_lengths.as_of_date,
    month_lengths.report_date,
    month_lengths.tier,
    month_lengths.tier_rank,
    month_lengths.month_ahead,
    month_lengths.month_start,
    cast(coalesce(tier_customers.customers, 0) as bigint) as customers,
    {%- for end in ['min', 'max'] %}
    cast(
        {{ dbt_rfm.divide_half_up(
            'coalesce(tier_customers.customers, 0) * month_lengths.contacts_' ~ end
            ~ ' * case when month_lengths.months_in_round is null then month_lengths.days_in_month'
            ~ ' else 1 end',
            'cast(coalesce(month_lengths.months_in_round, month_lengths.days_in_round) as bigint)'
        ) }} as {{ dbt_rfm.type_decimal(28, 6) }}
    ) as contacts_{{ end }},
    {%- endfor %}
    cast(coalesce(due_sums.rounds, 0) * month_lengths.contacts_min as bigint) as contacts_due_min,
    cast(coalesce(due_sums.rounds, 0) * month_lengths.contacts_max as bigint) as contacts_due_max
from month_lengths
left join tier_customers
    on
        month_lengths.scheme = tier_customers.scheme
        and month_lengths.tier = tier_customers.tier
left join due_sums
    on
        month_lengths.scheme = due_sums.scheme
        and month_lengths.tier = due_sums.tier
        and month_lengths.month_ahead = due_sums.month_ahead
