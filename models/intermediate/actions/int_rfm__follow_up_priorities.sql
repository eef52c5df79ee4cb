-- Who comes before: customers who are to be contacted more often, among these those with more days
-- overdue, then of better tiers, then those with more money, by buckets first. So no step puts all
-- customers in order.
-- Each level has one key: of joins on several columns an engine without statistics expects next to
-- no rows, and loops.

{%- set text = dbt.type_string() -%}
{#- The key within which each level is ordered, the column that orders it, and its direction. -#}
{%- set levels = {
    'paces': ['scheme', 'pace_key', 'contacts_per_year', 'desc'],
    'days': ['pace_key', 'day_key', 'days_overdue', 'desc'],
    'tiers': ['day_key', 'tier_key', 'tier_place', 'asc'],
    'buckets': ['tier_key', 'bucket_key', 'monetary_bucket', 'desc'],
} %}

with follow_ups as (
    select * from {{ ref('int_rfm__follow_ups') }}
    where status <> 'ok'
),

value_counts as (

    select
        scheme,
        contacts_per_year,
        days_overdue,
        tier_place,
        {{ dbt_rfm.value_bucket('monetary') | indent(8) }} as monetary_bucket,
        monetary,
        count(*) as customers
    from follow_ups
    group by scheme, contacts_per_year, days_overdue, tier_place, monetary

),
{% for within, key, column, direction in levels.values() %}
{{ key }}s as (

    select
        *,
        {{ within }} || '/' || cast({{ column }} as {{ text }}) as {{ key }}
    from {{ 'value_counts' if loop.first else loop.previtem[1] ~ 's' }}

),
{% endfor %}
{%- for level, (within, key, column, direction) in levels.items() %}
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
    amounts.contacts_per_year,
    amounts.days_overdue,
    amounts.tier_place,
    amounts.monetary,
    paces.customers_before
    + days.customers_before
    + tiers.customers_before
    + buckets.customers_before
    + amounts.customers_before
    + 1 as priority
from amounts
inner join paces
    on amounts.pace_key = paces.pace_key
inner join days
    on amounts.day_key = days.day_key
inner join tiers
    on amounts.tier_key = tiers.tier_key
inner join buckets
    on amounts.bucket_key = buckets.bucket_key
