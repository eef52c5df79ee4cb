{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set counts = [
    'stayed', 'better_ranked', 'worse_ranked', 'gone', 'ordered', 'contacted', 'ordered_after_contact',
    'not_contacted', 'ordered_without',
] -%}
{%- set by_contact = counts[5:] -%}
{%- set ordered_since -%}
cast(movements.last_ordered_at as date) > movements.previous_as_of_date
{%- endset %}

with as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

movements as (
    select * from {{ ref('int_rfm__movements') }}
    where previous_tier is not null
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

tier_sums as (select * from {{ ref('int_rfm__tier_sums') }}),

strategies as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_strategies') }}
),

contacts as (select * from {{ ref('int_rfm__contacts') }}),

contact_log as (

    select count(*) as contacts
    from contacts

),

first_contacts as (

    select
        as_of_dates.scheme,
        as_of_dates.as_of_date,
        contacts.customer_id,
        min(contacts.contacted_at) as contacted_at
    from as_of_dates
    inner join contacts
        on
            cast(contacts.contacted_at as date) > as_of_dates.previous_as_of_date
            and cast(contacts.contacted_at as date) <= as_of_dates.as_of_date
    group by as_of_dates.scheme, as_of_dates.as_of_date, contacts.customer_id

),

-- Whoever is not graded at the later date has nothing in the window, and no order since.
followed as (

    select
        movements.scheme,
        movements.previous_as_of_date as as_of_date,
        movements.previous_tier as tier,
        movements.movement,
        coalesce(movements.frequency, 0) as frequency,
        coalesce(movements.monetary, 0) as monetary,
        coalesce(
            movements.recency_days,
            movements.previous_recency_days + {{ dbt.datediff(
                'movements.previous_as_of_date', 'movements.as_of_date', 'day'
            ) }}
        ) as recency_days,
        coalesce({{ ordered_since }}, false) as has_ordered,
        first_contacts.contacted_at is not null as is_contacted,
        coalesce(
            {{ ordered_since }} and movements.last_ordered_at > first_contacts.contacted_at, false
        ) as has_ordered_after_contact
    from movements
    left join first_contacts
        on
            {{ dbt_rfm.graded_key('movements') | indent(12) }}
            = {{ dbt_rfm.graded_key('first_contacts') | indent(12) }}

),

cohorts as (

    select
        scheme,
        as_of_date,
        tier,
        count(*) as customers,
        sum(case when frequency >= 2 then 1 else 0 end) as repeat_customers,
        {%- for measure in ['frequency', 'monetary', 'recency_days'] %}
        sum({{ measure }}) as {{ measure }},
        {%- endfor %}
        {%- for name, condition in {
            'stayed': "movement = 'same'",
            'better_ranked': "movement = 'better_ranked'",
            'worse_ranked': "movement = 'worse_ranked'",
            'gone': "movement = 'left'",
            'ordered': 'has_ordered',
            'contacted': 'is_contacted',
            'ordered_after_contact': 'has_ordered_after_contact',
            'not_contacted': 'not is_contacted',
            'ordered_without': 'has_ordered and not is_contacted',
        }.items() %}
        sum(case when {{ condition }} then 1 else 0 end) as {{ name }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from followed
    group by scheme, as_of_date, tier

),

-- All tiers at all as-of dates, those without customers with them.
tier_metrics as (

    select
        as_of_dates.scheme,
        as_of_dates.as_of_date,
        as_of_dates.next_as_of_date,
        tiers.tier,
        {%- for metric in dbt_rfm.rfm_allowed_values('target_metric') %}
        {%- if metric in ['customers', 'revenue'] %}
        coalesce(tier_sums.{{ metric }}, 0) as {{ metric }}
        {%- else %}
        tier_sums.{{ metric }}
        {%- endif %}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from as_of_dates
    inner join tiers
        on as_of_dates.scheme = tiers.scheme
    left join tier_sums
        on
            as_of_dates.scheme = tier_sums.scheme
            and as_of_dates.as_of_date = tier_sums.as_of_date
            and tiers.tier = tier_sums.tier

),

targets as (

    select
        tier_metrics.*,
        strategies.target_metric,
        {{ dbt_rfm.decimal('strategies.target_change', 9, 6) }} as target_change,
        {{ dbt_rfm.target_value('tier_metrics', 'strategies') | indent(8) }} as target_value
    from tier_metrics
    left join strategies
        on
            tier_metrics.scheme = strategies.scheme
            and tier_metrics.tier = strategies.tier

),

tracked as (

    select
        targets.scheme,
        targets.as_of_date,
        targets.tier,
        targets.next_as_of_date,
        cast(targets.customers as bigint) as customers,
        targets.target_metric,
        targets.target_change,
        targets.target_value,
        case targets.target_metric
            {%- for metric in dbt_rfm.rfm_allowed_values('target_metric') %}
            when '{{ metric }}' then {{ dbt_rfm.decimal('targets.' ~ metric) }}
            {%- endfor %}
        end as value_at_start,
        case targets.target_metric
            {%- for metric, (part, whole) in {
                'repurchase_rate': ('repeat_customers', 'customers'),
                'mean_recency_days': ('recency_days', 'customers'),
                'mean_frequency': ('frequency', 'customers'),
                'mean_monetary': ('monetary', 'customers'),
            }.items() %}
            when '{{ metric }}'
                then {{ dbt_rfm.decimal(
                    dbt_rfm.divide_half_up('cohorts.' ~ part, 'cohorts.' ~ whole)
                ) }}
            {%- endfor %}
            when 'revenue' then {{ dbt_rfm.decimal('cohorts.monetary') }}
            when 'customers' then {{ dbt_rfm.decimal('cohorts.stayed') }}
        end as value_at_end,
        {%- for name in counts %}
        {%- if name in by_contact %}
        case when contact_log.contacts > 0 then cohorts.{{ name }} end as {{ name }}
        {%- else %}
        cohorts.{{ name }}
        {%- endif %}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from targets
    cross join contact_log
    left join cohorts
        on
            targets.scheme = cohorts.scheme
            and targets.as_of_date = cohorts.as_of_date
            and targets.tier = cohorts.tier

),

judged as (

    select
        *,
        case
            when next_as_of_date is null then 'open'
            when target_metric is null then 'no_target'
            when customers = 0 then 'no_customers'
            when target_metric = 'customers' or value_at_start <= 0 then 'cannot_show'
            when target_metric = 'repurchase_rate' and value_at_start = 1 and target_change > 0
                then 'cannot_show'
            else 'complete'
        end as status
    from tracked

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    tier,
    next_as_of_date,
    cast(status as {{ dbt.type_string() }}) as status,
    customers,
    target_metric,
    target_change,
    value_at_start,
    target_value,
    value_at_end,
    case
        when status = 'complete' and target_change >= 0 then value_at_end >= target_value
        when status = 'complete' then value_at_end <= target_value
    end as target_reached,
    {%- for name in counts %}
    cast({{ name }} as bigint) as {{ dbt_rfm.column_name('left' if name == 'gone' else name) }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from judged
