-- Who comes before: customers of better tiers, in the tier those with more days overdue, among
-- these those with more money, by buckets first. So no step puts all customers in order.
-- Each level has one key: of joins on several columns an engine without statistics expects next to
-- no rows, and loops.

{%- set text = dbt.type_string() -%}
{#- The key within which each level is ordered, the column that orders it, and its direction. -#}
{%- set levels = {
    'tiers': ['scheme', 'tier_key', 'tier_rank', 'asc'],
    'days': ['tier_key', 'day_key', 'days_overdue', 'desc'],
    'buckets': ['day_key', 'bucket_key', 'monetary_bucket', 'desc'],
} %}

with follow_ups as (
    select * from {{ ref('int_rfm__follow_ups') }}
    where status <> 'ok'
),

value_counts as (

    select
        scheme,
        tier_rank,
        days_overdue,
        {{ dbt_rfm.value_bucket('monetary') | indent(8) }} as monetary_bucket,
        monetary,
        count(*) as customers
    from follow_ups
    group by scheme, tier_rank, days_overdue, monetary

),

tier_keys as (

    select
        *,
        scheme || '/' || cast(tier_rank as {{ text }}) as tier_key
    from value_counts

),

day_keys as (

    select
        *,
        tier_key || '/' || cast(days_overdue as {{ text }}) as day_key
    from tier_keys

),

bucket_keys as (

    select
        *,
        day_key || '/' || cast(monetary_bucket as {{ text }}) as bucket_key
    from day_keys

),
{% for level, (within, key, column, direction) in levels.items() %}
{{ level }} as (

    select
        {{ key }},
        sum(sum(customers)) over (
            partition by {{ within }}
            order by {{ column }} {{ direction }}
            rows between unbounded preceding and current row
        ) - sum(customers) as customers_before
    from bucket_keys
    group by
        {{ within }},
        {{ key }},
        {{ column }}

),
{% endfor %}
amounts as (

    select
        *,
        sum(customers) over (
            partition by bucket_key
            order by monetary desc
            rows between unbounded preceding and current row
        ) - customers as customers_before
    from bucket_keys

)

select
    amounts.scheme,
    amounts.tier_rank,
    amounts.days_overdue,
    amounts.monetary,
    tiers.customers_before
    + days.customers_before
    + buckets.customers_before
    + amounts.customers_before
    + 1 as priority
from amounts
inner join tiers
    on amounts.tier_key = tiers.tier_key
inner join days
    on amounts.day_key = days.day_key
inner join buckets
    on amounts.bucket_key = buckets.bucket_key
