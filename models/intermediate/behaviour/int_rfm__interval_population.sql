-- What the intervals of all customers say: their mean, and by the two variances how much a
-- customer's own intervals count (docs/concepts/behaviour.md names the source).

with customer_intervals as (
    select * from {{ ref('int_rfm__customer_intervals') }}
    where day_intervals > 0
),

customer_quotients as (

    select
        day_intervals,
        interval_sum,
        squared_interval_sum,
        {{ dbt_rfm.divide_half_up('interval_sum', 'day_intervals') }} as mean_interval,
        {{ dbt_rfm.divide_half_up(
            dbt_rfm.decimal('interval_sum', 19, 0) ~ ' * ' ~ dbt_rfm.decimal('interval_sum', 19, 0),
            'day_intervals'
        ) }} as squared_sum_share
    from customer_intervals

),

sums as (

    select
        count(*) as customers,
        cast(sum(day_intervals) as bigint) as intervals,
        {{ dbt_rfm.decimal('sum(interval_sum)', 19, 0) }} as interval_sum,
        {{ dbt_rfm.decimal('sum(day_intervals * day_intervals)', 28, 6) }} as squared_intervals,
        {{ dbt_rfm.decimal('sum(mean_interval)', 28, 6) }} as mean_interval_sum,
        {{ dbt_rfm.decimal('sum(squared_interval_sum)', 28, 6) }} as squared_interval_sum,
        {{ dbt_rfm.decimal('sum(squared_sum_share)', 28, 6) }} as between_sum
    from customer_quotients
    having count(*) > 0

),

within_variances as (

    select
        *,
        case
            when intervals > customers
                then {{ dbt_rfm.divide_half_up(
                    '(squared_interval_sum - between_sum)', '(intervals - customers)'
                ) }}
        end as within_variance,
        {{ dbt_rfm.divide_half_up('(interval_sum * interval_sum)', 'intervals') }}
            as squared_sum_share,
        intervals - {{ dbt_rfm.divide_half_up('squared_intervals', 'intervals') }}
            as independent_intervals
    from sums

),

variances as (

    select
        *,
        case
            when independent_intervals > 0 and within_variance is not null
                then {{ dbt_rfm.divide_half_up(
                    '(between_sum - squared_sum_share - (customers - 1) * '
                    ~ dbt_rfm.decimal('within_variance', 20, 6) ~ ')',
                    'independent_intervals'
                ) }}
        end as variance_of_means
    from within_variances

)

select
    {{ dbt_rfm.decimal(
        dbt_rfm.divide_half_up('mean_interval_sum', 'customers'), 18, 6
    ) }} as mean_interval_days,
    {{ dbt_rfm.decimal('within_variance', 20, 6) }} as within_variance,
    {{ dbt_rfm.decimal('variance_of_means', 20, 6) }} as variance_of_means
from variances
