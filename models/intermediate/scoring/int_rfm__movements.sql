-- Customers beside what they were at the as-of date before, of schemes that have several: those who
-- are graded, and those who were graded then and are not now. Few columns, for rows are many.

{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set compared = ['tier', 'score', 'monetary', 'recency_days', 'last_ordered_at'] %}
{%- set score_columns = (measured | join('_score,') ~ '_score').split(',') %}

with as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

-- Not the one above again: what is read twice is written out in between.
earlier_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

-- Nobody moves where there is one date.
followed_dates as (

    select *
    from as_of_dates
    where previous_as_of_date is not null or next_as_of_date is not null

),

states as (

    select
        graded_customers.scheme,
        graded_customers.as_of_date,
        graded_customers.customer_id,
        followed_dates.is_latest,
        followed_dates.period_number,
        followed_dates.previous_as_of_date,
        graded_customers.first_ordered_at,
        graded_customers.frequency,
        {%- for column in compared + score_columns %}
        graded_customers.{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from graded_customers
    inner join followed_dates
        on
            graded_customers.scheme = followed_dates.scheme
            and graded_customers.as_of_date = followed_dates.as_of_date

),

earlier_states as (

    select
        earlier_customers.scheme,
        earlier_customers.as_of_date,
        earlier_customers.customer_id,
        as_of_dates.period_number,
        as_of_dates.next_as_of_date,
        {%- for column in compared + score_columns %}
        earlier_customers.{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from earlier_customers
    inner join as_of_dates
        on
            earlier_customers.scheme = as_of_dates.scheme
            and earlier_customers.as_of_date = as_of_dates.as_of_date
    where as_of_dates.next_as_of_date is not null

),

movements as (

    select
        coalesce(states.scheme, earlier_states.scheme) as scheme,
        coalesce(states.as_of_date, earlier_states.next_as_of_date) as as_of_date,
        coalesce(states.customer_id, earlier_states.customer_id) as customer_id,
        states.is_latest,
        coalesce(states.period_number, earlier_states.period_number + 1) as period_number,
        coalesce(states.previous_as_of_date, earlier_states.as_of_date) as previous_as_of_date,
        states.first_ordered_at,
        states.frequency,
        {%- for column in compared %}
        states.{{ column }},
        earlier_states.{{ column }} as previous_{{ column }},
        {%- endfor %}
        coalesce(
            {%- for column in score_columns %}
            {% if not loop.first %}or {% endif -%}
            states.{{ column }} <> earlier_states.{{ column }}
            {%- endfor %},
            false
        ) as has_other_scores,
        coalesce(states.tier <> earlier_states.tier, states.tier is not null) as starts_stay
    from states
    full outer join earlier_states
        on
            states.scheme = earlier_states.scheme
            and states.as_of_date = earlier_states.next_as_of_date
            and states.customer_id = earlier_states.customer_id

),

ranked_movements as (

    select
        movements.*,
        tiers.tier_rank,
        previous_tiers.tier_rank as previous_tier_rank
    from movements
    left join tiers
        on
            movements.scheme = tiers.scheme
            and movements.tier = tiers.tier
    left join tiers as previous_tiers
        on
            movements.scheme = previous_tiers.scheme
            and movements.previous_tier = previous_tiers.tier

)

select
    scheme,
    as_of_date,
    customer_id,
    coalesce(is_latest, false) as is_latest,
    period_number,
    previous_as_of_date,
    case
        when tier is null then 'left'
        when previous_as_of_date is null then 'first_period'
        when previous_tier is null and cast(first_ordered_at as date) > previous_as_of_date
            then 'new'
        when previous_tier is null then 'returned'
        when tier_rank < previous_tier_rank then 'better_ranked'
        when tier_rank > previous_tier_rank then 'worse_ranked'
        else 'same'
    end as movement,
    coalesce(
        (tier_rank < previous_tier_rank and score < previous_score)
        or (tier_rank > previous_tier_rank and score > previous_score),
        false
    ) as is_contrary,
    has_other_scores,
    starts_stay,
    cast(first_ordered_at as date) as first_order_date,
    frequency,
    {%- for column in compared %}
    {{ column }},
    previous_{{ column }},
    {%- endfor %}
    tier_rank,
    previous_tier_rank
from ranked_movements
