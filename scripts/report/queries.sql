-- What scripts/report.py reads. A query gives the marks of a chart; that of the same name with
-- _says gives one row with the figures of its sentence, or none where there is nothing to draw.
-- {name} stands for another query.

-- schemas: where the tables are, the main one first
select string_agg(name, ',' order by name <> 'main', name) as schemas
from (
    select distinct table_schema as name
    from information_schema.tables
    where table_name like 'rfm\_%' escape '\' or table_name = 'stg_rfm__policy'
);

-- tables: all that are built
select distinct table_name as name
from information_schema.tables;

-- days: the day of the tables for action
select max(day) as day
from (
    select report_date as day from rfm_follow_ups
    union all
    select report_date from rfm_expected_orders
);

-- schemes: at their latest as-of dates
with runs as (
    select *
    from rfm_scheme_runs
    qualify as_of_date = max(as_of_date) over (partition by scheme)
),

titles as (
    select scheme, case when $language = 'zh' then coalesce(title_zh, title) else title end as title
    from stg_rfm__policy
    where seed = 'rfm_schemes'
),

tiers as (
    select scheme, as_of_date, sum(revenue) as revenue
    from rfm_tier_summary
    group by all
),

best_tiers as (
    select *
    from rfm_tier_summary
    where customer_share is not null
    qualify row_number() over (
        partition by scheme, as_of_date
        order by revenue_share - customer_share desc nulls last, customers desc, tier_rank, tier
    ) = 1
),

verdicts as (
    select scheme, verdict
    from rfm_scheme_fit
    where basis = 'tier' and population = 'own'
    qualify as_of_date = max(as_of_date) over (partition by scheme)
),

overdue as (
    select scheme, count(*) filter (status = 'overdue') as overdue
    from rfm_follow_ups
    group by scheme
)

select
    runs.scheme,
    row_number() over (order by runs.scheme) as place,
    coalesce(titles.title, runs.scheme) as title,
    runs.as_of_date,
    coalesce(runs.window_start, runs.first_order_date) as window_start,
    runs.customers_graded as customers,
    runs.customers_known as known,
    tiers.revenue,
    tiers.revenue / nullif(runs.customers_graded, 0) as per_customer,
    best_tiers.tier,
    best_tiers.customer_share,
    best_tiers.revenue_share,
    runs.better_ranked as better,
    runs.worse_ranked as worse,
    verdicts.verdict,
    coalesce(overdue.overdue, 0) as overdue
from runs
left join titles on runs.scheme = titles.scheme
left join tiers on runs.scheme = tiers.scheme and runs.as_of_date = tiers.as_of_date
left join best_tiers on runs.scheme = best_tiers.scheme and runs.as_of_date = best_tiers.as_of_date
left join verdicts on runs.scheme = verdicts.scheme
left join overdue on runs.scheme = overdue.scheme
order by runs.scheme;

-- tiers: of a scheme, best first
with labels as (
    select tier, case when $language = 'zh' then coalesce(label_zh, label) else label end as label
    from stg_rfm__policy
    where seed = 'rfm_tiers' and scheme = $scheme
)

select
    summary.*,
    case
        when length(summary.tier) < 3 and labels.label <> summary.tier
            then summary.tier || ' · ' || labels.label
        else coalesce(labels.label, summary.tier)
    end as label,
    case when $language = 'zh' then coalesce(strategy_zh, strategy) else strategy end as plan,
    contacts_per_year_min as contacts
from rfm_tier_summary as summary
left join labels on summary.tier = labels.tier
where summary.scheme = $scheme and summary.as_of_date = $as_of_date
order by tier_rank, summary.tier;

-- revenue: two bars a tier
select tier as y, tier_rank, unnest([0, 1]) as bar, unnest([customer_share, revenue_share]) as value
from rfm_tier_summary
where scheme = $scheme and as_of_date = $as_of_date
order by tier_rank, y, bar;

-- revenue_says: the tier that brings most beside its size
select tier, customer_share, revenue_share
from rfm_tier_summary
where scheme = $scheme and as_of_date = $as_of_date and customer_share is not null
order by revenue_share - customer_share desc nulls last, customers desc, tier_rank, tier
limit 1;

-- cells: customers by the scores of recency and frequency; in bands where these are none or many
with customers as (
    select
        *,
        count(distinct recency_score) over () between 1 and 10
        and count(distinct frequency_score) over () between 1 and 10 as is_scored
    from rfm_customer_tiers
    where scheme = $scheme
),

placed as (
    select
        coalesce(monetary, 0) as monetary,
        case when is_scored then 'recency_score' else 'recency_days' end as recency_side,
        case when is_scored then 'frequency_score' else 'frequency_orders' end as frequency_side,
        case
            when is_scored then recency_score
            when recency_days > 365 then 1
            when recency_days > 180 then 2
            when recency_days > 90 then 3
            when recency_days > 30 then 4
            when recency_days is not null then 5
        end as recency_place,
        case
            when is_scored then frequency_score
            when frequency > 9 then 10
            when frequency > 4 then 5
            when frequency > 2 then 3
            else frequency
        end as frequency_place
    from customers
)

select
    recency_side,
    frequency_side,
    recency_place,
    frequency_place,
    case
        when recency_side = 'recency_score' then format('{:g}', cast(recency_place as double))
        else ['> 365', '181–365', '91–180', '31–90', '≤ 30'][cast(recency_place as integer)]
    end as x,
    case
        when frequency_side = 'frequency_score' or frequency_place < 3
            then format('{:g}', cast(frequency_place as double))
        else ['3–4', '5–9', '≥ 10'][cast(frequency_place as integer) // 5 + 1]
    end as y,
    count(*) as value,
    sum(monetary) as revenue,
    count(*) / max(count(*)) over () as heat
from placed
where recency_place is not null and frequency_place is not null
group by all
order by frequency_place desc, recency_place;

-- cells_says: the fullest cell, and the one that is best in both
with cells as ({cells}),

best as (
    select *
    from cells
    order by frequency_place + recency_place desc, frequency_place desc
    limit 1
),

fullest as (
    select *
    from cells
    order by value desc, recency_place desc, frequency_place desc
    limit 1
)

select
    fullest.recency_side,
    fullest.frequency_side,
    fullest.x as recency,
    fullest.y as frequency,
    fullest.value as customers,
    any_value(fullest.value) / sum(cells.value) as part,
    best.x as best_recency,
    best.y as best_frequency,
    best.value as best_customers,
    any_value(best.revenue) / nullif(greatest(sum(cells.revenue), 0), 0) as best_revenue
from cells
cross join best
cross join fullest
group by all;

-- periods: sizes of the tiers over time
select
    case
        when count(distinct date_trunc('month', as_of_date)) over ()
            = count(distinct as_of_date) over ()
            then strftime(as_of_date, '%Y-%m')
        else strftime(as_of_date, '%Y-%m-%d')
    end as x,
    tier as y,
    tier_rank as rank,
    customer_share as value
from rfm_tier_summary
where scheme = $scheme and customer_share is not null
order by as_of_date, rank, y;

-- periods_says: the tier that changed most between the first and the last period
with periods as (
    select *
    from rfm_tier_summary
    where scheme = $scheme and customer_share is not null
),

totals as (
    select as_of_date, sum(customers) as customers
    from periods
    group by as_of_date
)

select
    later.tier,
    earlier.as_of_date as first,
    later.as_of_date as last,
    earlier.customer_share as share_before,
    later.customer_share as share_now,
    totals_earlier.customers as customers_before,
    totals_later.customers as customers_now
from periods as later
inner join periods as earlier on later.tier = earlier.tier
inner join totals as totals_later on later.as_of_date = totals_later.as_of_date
inner join totals as totals_earlier on earlier.as_of_date = totals_earlier.as_of_date
where
    later.as_of_date = (select max(as_of_date) from periods)
    and earlier.as_of_date = (select min(as_of_date) from periods)
    and later.as_of_date > earlier.as_of_date
order by
    abs(later.customer_share - earlier.customer_share) desc,
    later.customer_share desc,
    later.tier_rank,
    later.tier
limit 1;

-- moves: from tier to tier
select from_tier as y, to_tier as x, customers as value, share_of_from as heat
from rfm_tier_migrations
where scheme = $scheme and as_of_date = $as_of_date
order by y, x;

-- moves_says: how many
select
    previous_as_of_date as day,
    stayed,
    stayed / nullif(stayed + better_ranked + worse_ranked, 0) as part,
    better_ranked as better,
    worse_ranked as worse,
    entered,
    "left" as gone
from rfm_scheme_runs
where scheme = $scheme and as_of_date = $as_of_date and previous_as_of_date is not null;

-- gains: of the latest as-of date whose outcome is known, beside chance
with gains as (
    from rfm_outcome_gains
    where scheme = $scheme
    qualify as_of_date = max(as_of_date) over ()
)

select basis, top_share as x, buyer_share as value, if(basis in ('tier', 'score'), 3, 1.5) as wide
from gains
union all
select distinct basis, 0, 0, if(basis in ('tier', 'score'), 3, 1.5)
from gains
union all
select 'chance', unnest([0, 1]), unnest([0, 1]), 1.5
order by all;

-- gains_says: the best fifth
with gains as (
    from rfm_outcome_gains
    where scheme = $scheme and top_share = 0.2
    qualify as_of_date = max(as_of_date) over ()
)

select
    own.as_of_date as day,
    'by_' || own.basis as way,
    own.buyer_share as part,
    max(gains.buyer_share) filter (gains.basis = 'recency') as recency,
    max(gains.buyer_share) filter (gains.basis = 'frequency') as frequency,
    max(gains.buyer_share) filter (gains.basis = 'monetary') as monetary
from gains
cross join (
    from gains
    where basis in ('score', 'tier') and buyer_share is not null
    order by basis
    limit 1
) as own
group by all;

-- fit: Gini coefficients with their intervals
select basis, gini as value, gini_low as low, gini_high as high
from rfm_scheme_fit
where scheme = $scheme and population = 'own'
qualify as_of_date = max(as_of_date) over ()
order by list_position(['tier', 'score', 'recency', 'frequency', 'monetary'], basis);

-- fit_says: the verdict
select
    as_of_date as day,
    case when $language = 'zh' then sentence_zh else sentence end as sentence
from rfm_scheme_fit
where scheme = $scheme and population = 'own' and basis = 'tier'
qualify as_of_date = max(as_of_date) over ();

-- calls: customers by the week in which their next contact is due, first those who are overdue
with calls as (
    select
        tier,
        tier_rank,
        case
            when status = 'overdue' then 0
            else 1 + greatest(datediff('day', report_date, next_contact_due_date), 0) // 7
        end as week
    from rfm_follow_ups
    where scheme = $scheme and next_contact_due_date is not null
)

select
    weeks.week,
    case
        when weeks.week > 0
            then strftime(days.day + cast(7 * weeks.week - 7 as integer), '%m-%d')
        when $language = 'zh' then '逾期'
        else 'overdue'
    end as x,
    coalesce(calls.tier, 'not_graded') as y,
    coalesce(calls.tier_rank, 9999) as rank,
    count(calls.week) as value
from range(13) as weeks (week)
cross join ({days}) as days
left join calls on weeks.week = calls.week
group by all
order by weeks.week, rank, y;

-- calls_says: how many are overdue, come first, and come within twelve weeks
select
    report_date as day,
    count(*) filter (status = 'overdue') as overdue,
    count(*) filter (status <> 'overdue' and next_contact_due_date < report_date + 7) as first,
    count(*) filter (status <> 'overdue' and next_contact_due_date < report_date + 84) as all_weeks,
    case when count(last_contacted_at) = 0 then 'no_contacts' else 'blank' end as note
from rfm_follow_ups
where scheme = $scheme
group by report_date;

-- months: the last twelve that are complete, by region
select
    * replace (
        case when region = '未知' and $language = 'en' then 'unknown' else region end as region
    )
from rfm_regional_demand
where
    level = 'region'
    and last_day(month) <= coalesce(
        (select max(report_date) from rfm_follow_ups),
        (select max(report_date) from rfm_expected_orders),
        last_day(month)
    )
qualify month > max(month) over () - interval 12 month;

-- demand: by region, the fifteen largest
with months as ({months}),

regions as (
    select
        region,
        row_number() over (order by sum(revenue) desc nulls last, region) as place
    from months
    group by region
)

select
    strftime(months.month, '%Y-%m') as x,
    months.region as y,
    months.revenue as value,
    regions.place,
    case
        when not months.is_suppressed
            then coalesce(greatest(months.revenue, 0) / nullif(max(months.revenue) over (), 0), 0)
    end as heat
from months
inner join regions on months.region = regions.region
where regions.place <= 15
order by regions.place, x;

-- demand_says: the strongest region, over all and in the last month
with months as ({months}),

regions as (
    select region, sum(revenue) as revenue
    from months
    where not is_suppressed
    group by region
)

select
    strftime(min(months.month), '%Y-%m') as first,
    strftime(max(months.month), '%Y-%m') as last,
    best.region as best,
    best.revenue / nullif((select sum(revenue) from regions), 0) as part,
    last_month.revenue,
    last_month.growth,
    count(*) filter (months.is_suppressed) as hidden,
    count(*) as lines
from months
cross join (from regions order by revenue desc, region limit 1) as best
left join months as last_month
    on last_month.region = best.region
    and last_month.month = (select max(month) from months)
group by all;

-- pieces: those expected in the twelve weeks ahead that may be shown, by category
select
    case when category = '未知' and $language = 'en' then 'unknown' else category end as category,
    sum(expected_pieces) as pieces,
    min(week_start_date) as first_day
from rfm_expected_orders
where not is_suppressed
group by all;

-- expected: the fifteen largest categories
select category as y, 0 as bar, pieces as value
from ({pieces})
order by value desc, y
limit 15;

-- expected_says: all of them, and the largest
with categories as ({pieces})

select
    min(categories.first_day) as day,
    sum(categories.pieces) as pieces,
    best.category as best,
    any_value(best.pieces) / nullif(sum(categories.pieces), 0) as part
from categories
cross join (from categories order by pieces desc, category limit 1) as best
group by all;
