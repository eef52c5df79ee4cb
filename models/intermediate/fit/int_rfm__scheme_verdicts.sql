-- Whether a scheme fits the shop, and what its sentence is about.

{%- set keys = ['population', 'scheme', 'as_of_date'] -%}
{%- set metrics = ['recency', 'frequency', 'monetary'] -%}
{%- set in_order = 'partition by population, scheme, as_of_date order by' %}

with fit_figures as (select * from {{ ref('int_rfm__fit_figures') }}),

tier_outcomes as (select * from {{ ref('int_rfm__tier_outcomes') }}),

metric_differences as (select * from {{ ref('int_rfm__metric_differences') }}),

schemes as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}
),

of_bases as (

    select
        {{ keys | join(',\n        ') }},
        max(customers) as customers,
        max(buyers) as buyers,
        max(customers - buyers) as non_buyers,
        {%- for basis in ['tier', 'score'] + metrics %}
        max(case when basis = '{{ basis }}' then buyer_places end) as {{ basis }}_places,
        {%- endfor %}
        max(case when basis = 'tier' then gini end) as tier_gini,
        max(case when basis = 'score' then gini end) as score_gini
    from fit_figures
    group by {{ keys | join(', ') }}

),

best_metrics as (

    select
        *,
        {{ dbt_rfm.wide_integer('buyers') }} * non_buyers as pairs,
        case
            when
                recency_places >= frequency_places
                and recency_places >= monetary_places
                then 'recency'
            when frequency_places >= monetary_places then 'frequency'
            else 'monetary'
        end as best_metric
    from of_bases

),

largest_tiers as (

    select
        {{ keys | join(',\n        ') }},
        tier as largest_tier,
        customers as largest_tier_customers,
        row_number() over ({{ in_order }} customers desc, tier_rank) as tier_number
    from tier_outcomes

),

reversed_tiers as (

    select
        {{ keys | join(',\n        ') }},
        tier as reversed_tier,
        next_large_tier as reversed_next_tier,
        {{ dbt_rfm.divide_half_up('buyers', 'customers') }} as reversed_rate,
        {{ dbt_rfm.divide_half_up('next_large_buyers', 'next_large_customers') }}
            as reversed_next_rate,
        row_number() over ({{ in_order }} tier_rank) as tier_number
    from tier_outcomes
    where is_reversed

),

facts as (

    select
        best_metrics.*,
        largest_tiers.largest_tier,
        largest_tiers.largest_tier_customers,
        reversed_tiers.reversed_tier,
        reversed_tiers.reversed_next_tier,
        reversed_tiers.reversed_rate,
        reversed_tiers.reversed_next_rate,
        metric_differences.is_score_better,
        10 * largest_tiers.largest_tier_customers > 9 * best_metrics.customers as is_one_tier,
        -- Rules do not cut the score; and where that is no better than chance, nothing is lost.
        schemes.tier_method = 'score'
        and best_metrics.score_places > best_metrics.pairs
        and 2 * (best_metrics.tier_places - best_metrics.pairs)
        < best_metrics.score_places - best_metrics.pairs as is_lost_in_tiers
    from best_metrics
    inner join schemes
        on best_metrics.scheme = schemes.scheme
    inner join largest_tiers
        on
            {{ dbt_rfm.same_values('best_metrics', 'largest_tiers', keys) | indent(12) }}
            and largest_tiers.tier_number = 1
    inner join metric_differences
        on
            {{ dbt_rfm.same_values('best_metrics', 'metric_differences', keys) | indent(12) }}
            and best_metrics.best_metric = metric_differences.metric
    left join reversed_tiers
        on
            {{ dbt_rfm.same_values('best_metrics', 'reversed_tiers', keys) | indent(12) }}
            and reversed_tiers.tier_number = 1

)

select
    {{ keys | join(',\n    ') }},
    case
        when buyers < 100 or non_buyers < 100 then 'too_few'
        when is_one_tier or is_lost_in_tiers then 'cuts_do_not_fit'
        when reversed_tier is not null then 'rank_reversed'
        when not is_score_better then 'no_better_than_' || best_metric
        else 'fits'
    end as verdict,
    customers,
    buyers,
    non_buyers,
    is_one_tier,
    tier_gini,
    score_gini,
    largest_tier,
    {{ dbt_rfm.divide_half_up('largest_tier_customers', 'customers') }} as largest_tier_share,
    reversed_tier,
    reversed_next_tier,
    reversed_rate,
    reversed_next_rate
from facts
