-- Customers beside what they were at the as-of date before, of schemes that have several: those who
-- are graded, and those who were graded then and are not now.

{#- What a customer was at the as-of date before. -#}
{%- set compared = [
    'tier', 'tier_rank', 'score', 'recency_days', 'frequency', 'monetary', 'quantity',
    'average_order_value', 'recency_score', 'frequency_score', 'monetary_score', 'quantity_score',
    'average_order_value_score', 'orders_ever', 'amount_ever', 'quantity_ever', 'last_ordered_at',
] -%}
{#- What stays with the customer: attributes are those of today. -#}
{%- set lasting = ['identity', 'identity_score', 'first_ordered_at'] -%}
{%- set by_period -%}
partition by scheme, customer_id order by period_number
{%- endset -%}
{%- set up_to_row -%}
{{ by_period }} rows between unbounded preceding and current row
{%- endset %}

with as_of_dates as (select * from {{ ref('int_rfm__as_of_dates') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

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
        followed_dates.period_number,
        followed_dates.previous_as_of_date,
        followed_dates.next_as_of_date,
        {%- for column in compared + lasting if column != 'tier_rank' %}
        graded_customers.{{ column }},
        {%- endfor %}
        tiers.tier_rank
    from graded_customers
    inner join followed_dates
        on
            graded_customers.scheme = followed_dates.scheme
            and graded_customers.as_of_date = followed_dates.as_of_date
    left join tiers
        on
            graded_customers.scheme = tiers.scheme
            and graded_customers.tier = tiers.tier

),

neighbours as (

    select
        *,
        lag(tier) over ({{ by_period }}) as tier_before,
        lag(tier_rank) over ({{ by_period }}) as rank_before,
        {%- for column in compared %}
        case
            when lag(period_number) over ({{ by_period }}) = period_number - 1
                then lag({{ column }}) over ({{ by_period }})
        end as previous_{{ column }},
        {%- endfor %}
        coalesce(lead(period_number) over ({{ by_period }}) = period_number + 1, false)
            as is_graded_next
    from states

),

-- A run is an unbroken stay in a tier.
runs as (

    select
        *,
        case
            when previous_as_of_date is null then 'first_period'
            when previous_tier is null and cast(first_ordered_at as date) > previous_as_of_date
                then 'new'
            when previous_tier is null then 'returned'
            when tier_rank < previous_tier_rank then 'better_ranked'
            when tier_rank > previous_tier_rank then 'worse_ranked'
            else 'same'
        end as movement,
        max(case when previous_tier is null or previous_tier <> tier then period_number end)
            over ({{ up_to_row }}) as first_period_number,
        max(case when previous_tier is null or previous_tier <> tier then as_of_date end)
            over ({{ up_to_row }}) as tier_since,
        -- The rank of the last other tier, after the number of the period that it ended before.
        max(case when tier_before <> tier then 1000000 * period_number + rank_before end)
            over ({{ up_to_row }}) as last_other
    from neighbours

),

movements as (

    select
        scheme,
        as_of_date,
        customer_id,
        previous_as_of_date,
        movement,
        coalesce(
            (movement = 'better_ranked' and score < previous_score)
            or (movement = 'worse_ranked' and score > previous_score),
            false
        ) as is_contrary,
        tier_since,
        cast(period_number + 1 - first_period_number as integer) as periods_in_tier,
        cast(mod(last_other, 1000000) as integer) as last_other_tier_rank,
        {%- for column in compared + lasting %}
        {{ dbt_rfm.column_name(column) }},
        {%- endfor %}
        {%- for column in compared %}
        previous_{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from runs
    union all
    select
        scheme,
        next_as_of_date as as_of_date,
        customer_id,
        as_of_date as previous_as_of_date,
        'left' as movement,
        false as is_contrary,
        cast(null as date) as tier_since,
        cast(null as integer) as periods_in_tier,
        cast(null as integer) as last_other_tier_rank,
        -- Nulls of the columns' types.
        {%- for column in compared + lasting %}
        case when is_graded_next then {{ dbt_rfm.column_name(column) }} end
            as {{ dbt_rfm.column_name(column) }},
        {%- endfor %}
        {%- for column in compared %}
        {{ column }} as previous_{{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from neighbours
    where next_as_of_date is not null and not is_graded_next

)

select * from movements
