{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set scores = dbt_rfm.rfm_allowed_values('metric') -%}
{%- set values = dbt_rfm.value_columns(scores) %}

with movements as (select * from {{ ref('int_rfm__movements') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

tier_stays as (select * from {{ ref('int_rfm__tier_stays') }}),

tier_reasons as (select * from {{ ref('int_rfm__tier_reasons') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

-- Of schemes with one as-of date nobody has moved; who is graded no more has a row without values.
histories as (

    select
        coalesce(graded_customers.scheme, movements.scheme) as scheme,
        coalesce(graded_customers.as_of_date, movements.as_of_date) as as_of_date,
        coalesce(graded_customers.customer_id, movements.customer_id) as customer_id,
        graded_customers.tier,
        graded_customers.score,
        {%- for column in values %}
        graded_customers.{{ column }},
        {%- endfor %}
        {%- for metric in scores %}
        graded_customers.{{ metric }}_score,
        {%- endfor %}
        movements.previous_as_of_date,
        movements.previous_tier,
        movements.previous_score,
        coalesce(movements.movement, 'first_period') as movement,
        coalesce(movements.is_contrary, false) as is_contrary,
        movements.period_number,
        cast(graded_customers.first_ordered_at as date) as first_order_date,
        cast(
            coalesce(graded_customers.last_ordered_at, movements.previous_last_ordered_at) as date
        ) as last_order_date
    from graded_customers
    full outer join movements
        on
            {{ dbt_rfm.same_values(
                'graded_customers', 'movements', ['scheme', 'as_of_date', 'customer_id']
            ) | indent(12) }}

),

explained as (

    select
        histories.*,
        case
            when histories.tier is not null
                then coalesce(histories.period_number - tier_stays.first_period_number, 0) + 1
        end as periods_in_tier,
        tier_reasons.deciding_metrics,
        tier_reasons.changes,
        tier_reasons.changes_zh
    from histories
    left join tier_stays
        on
            histories.scheme = tier_stays.scheme
            and histories.customer_id = tier_stays.customer_id
            and histories.period_number >= tier_stays.first_period_number
            and (
                tier_stays.last_period_number is null
                or histories.period_number <= tier_stays.last_period_number
            )
    left join tier_reasons
        on
            {{ dbt_rfm.same_values(
                'histories', 'tier_reasons', ['scheme', 'as_of_date', 'customer_id']
            ) | indent(12) }}

)

select
    cast(explained.scheme as {{ dbt.type_string() }}) as scheme,
    explained.as_of_date,
    explained.customer_id,
    explained.tier,
    tiers.tier_rank,
    explained.score,
    {%- for column in values %}
    explained.{{ column }},
    {%- endfor %}
    {%- for metric in scores %}
    {{ dbt_rfm.decimal('explained.' ~ metric ~ '_score', 12, 6) }} as {{ metric }}_score,
    {%- endfor %}
    explained.previous_as_of_date,
    explained.previous_tier,
    explained.previous_score,
    cast(explained.movement as {{ dbt.type_string() }}) as movement,
    explained.is_contrary,
    cast(explained.periods_in_tier as integer) as periods_in_tier,
    explained.deciding_metrics,
    {{ dbt_rfm.movement_reason('explained', 'tiers', 'previous_tiers', 'en') | indent(4) }}
        as reason,
    {{ dbt_rfm.movement_reason('explained', 'tiers', 'previous_tiers', 'zh') | indent(4) }}
        as reason_zh
from explained
left join tiers
    on
        explained.scheme = tiers.scheme
        and explained.tier = tiers.tier
left join tiers as previous_tiers
    on
        explained.scheme = previous_tiers.scheme
        and explained.previous_tier = previous_tiers.tier
