{%- set place = ['scheme', 'tier_rank', 'days_overdue'] -%}
{%- set orders = {
    'tier_rank': 'asc', 'days_overdue': 'desc', 'monetary_bucket': 'desc', 'monetary': 'desc',
} -%}
{%- set place_columns = ['scheme'] + orders | list %}

with follow_ups as (

    select * from {{ ref('int_rfm__follow_ups') }}

),

value_counts as (

    select
        {{ place | join(',\n        ') }},
        {{ dbt_rfm.value_bucket('monetary') | indent(8) }} as monetary_bucket,
        monetary,
        count(*) as customers
    from follow_ups
    where status <> 'ok'
    group by
        {{ place | join(',\n        ') }},
        monetary

),

-- Who comes before: customers of better tiers, in the tier those with more days overdue, among
-- these those with more money, by buckets first. So no step puts all customers in order.
{%- for column, direction in orders.items() %}
{%- set within = place_columns[:loop.index] %}
{{ column }}_ranks as (

    select
        {{ within | join(',\n        ') }},
        {{ column }},
        sum(sum(customers)) over (
            partition by {{ within | join(', ') }}
            order by {{ column }} {{ direction }}
            rows between unbounded preceding and current row
        ) - sum(customers) as customers_before
    from value_counts
    group by
        {{ within | join(',\n        ') }},
        {{ column }}

){% if not loop.last %},{% endif %}
{%- endfor %}

select
    monetary_ranks.scheme,
    monetary_ranks.tier_rank,
    monetary_ranks.days_overdue,
    monetary_ranks.monetary,
    tier_rank_ranks.customers_before
    + days_overdue_ranks.customers_before
    + monetary_bucket_ranks.customers_before
    + monetary_ranks.customers_before
    + 1 as priority
from monetary_ranks
inner join tier_rank_ranks
    on
        {{ dbt_rfm.same_values('monetary_ranks', 'tier_rank_ranks', place[:2]) | indent(8) }}
inner join days_overdue_ranks
    on
        {{ dbt_rfm.same_values('monetary_ranks', 'days_overdue_ranks', place) | indent(8) }}
inner join monetary_bucket_ranks
    on
        {{ dbt_rfm.same_values(
            'monetary_ranks', 'monetary_bucket_ranks', place + ['monetary_bucket']
        ) | indent(8) }}
