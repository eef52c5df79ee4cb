-- What the policy says of each tier, on the report date: the same for all its customers.

{%- set periods = dbt_rfm.rfm_allowed_values('period') %}

with refreshes as (
    select * from {{ ref('int_rfm__periods') }}
    where
        period = 'as_of'
        and is_latest
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

cadences as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_follow_up_cadences') }}
),

plans as (

    select
        refreshes.scheme,
        refreshes.as_of_date,
        refreshes.report_date,
        tiers.tier,
        tiers.tier_rank,
        tiers.label,
        tiers.label_zh,
        cadences.contacts_min,
        cadences.contacts_max,
        cadences.every_n,
        cadences.period,
        cadences.action,
        cadences.action_zh,
        {%- for unit, lengths in {
            'months': {'month': 1, 'quarter': 3, 'year': 12}, 'days': {'day': 1, 'week': 7},
        }.items() %}
        case cadences.period
            {%- for period, length in lengths.items() %}
            when '{{ period }}' then cadences.every_n * {{ length }}
            {%- endfor %}
        end as {{ unit }}_in_round,
        {%- endfor %}
        case cadences.period
            {%- for period in periods %}
            when '{{ period }}'
                then {{ dbt_rfm.round_start(
                    period, 'cadences.every_n', 'refreshes.report_date'
                ) }}
            {%- endfor %}
        end as round_start_date
    from refreshes
    inner join tiers
        on refreshes.scheme = tiers.scheme
    inner join cadences
        on
            tiers.scheme = cadences.scheme
            and tiers.tier = cadences.tier

)

select
    plans.*,
    {{ dbt_rfm.add_days(
        dbt_rfm.add_rounds('plans.round_start_date', 'plans'), -1
    ) }} as round_end_date,
    {{ dbt_rfm.add_rounds('plans.as_of_date', 'plans') }} as first_due_date,
    {{ dbt_rfm.contacts_per_year('plans.contacts_min', 'plans.every_n', 'plans.period') }}
        as contacts_per_year
from plans
