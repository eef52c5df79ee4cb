-- In which of the next weeks similar customers ordered: shares, each drawn towards that at the same
-- number of order days, and that towards all.

{%- set weeks = dbt_rfm.weeks_ahead() -%}
{%- set measures = ['customers', 'days'] -%}
{%- set groups = {
    'all': [], 'order_days': ['order_days_band'], 'similar': ['order_days_band', 'wait_band'],
} %}

with customer_classes as (select * from {{ ref('int_rfm__customer_classes') }}),

customer_orders as (select * from {{ ref('int_rfm__customer_orders') }}),

report_dates as (

    select max(looked_on) as report_date
    from customer_classes
    where is_report_date

),

-- Earlier dates after which all weeks have passed.
past as (

    select
        customer_classes.customer_id,
        customer_classes.looked_on,
        customer_classes.order_days_band,
        customer_classes.wait_band
    from customer_classes
    inner join report_dates
        on report_dates.report_date >= {{ dbt_rfm.add_days(
            'customer_classes.looked_on', 7 * weeks
        ) }}
    where not customer_classes.is_report_date

),

week_days as (

    select distinct
        past.order_days_band,
        past.wait_band,
        past.customer_id,
        past.looked_on,
        customer_orders.order_date,
        {{ dbt_rfm.divide_whole(
            '(' ~ dbt.datediff('past.looked_on', 'customer_orders.order_date', 'day') ~ ' + 6)', '7'
        ) }} as week_ahead
    from past
    inner join customer_orders
        on
            past.customer_id = customer_orders.customer_id
            and past.looked_on < customer_orders.order_date
            and {{ dbt_rfm.add_days('past.looked_on', 7 * weeks) }} >= customer_orders.order_date

),

customer_weeks as (

    select
        order_days_band,
        wait_band,
        customer_id,
        looked_on,
        week_ahead,
        count(*) as order_days
    from week_days
    group by order_days_band, wait_band, customer_id, looked_on, week_ahead

),

class_orders as (

    select
        order_days_band,
        wait_band,
        week_ahead,
        count(*) as customers,
        sum(order_days) as order_days
    from customer_weeks
    group by order_days_band, wait_band, week_ahead

),

class_sizes as (

    select
        order_days_band,
        wait_band,
        count(*) as customers
    from past
    group by order_days_band, wait_band

),

weeks_ahead as (

    {{ dbt_rfm.whole_numbers(weeks, 'week_ahead') | indent(4) }}

),

-- Every class that customers are in now, or were in.
classes as (

    select distinct
        order_days_band,
        wait_band
    from customer_classes

),

counted as (

    select
        classes.order_days_band,
        classes.wait_band,
        weeks_ahead.week_ahead,
        coalesce(class_sizes.customers, 0) as similar_size,
        coalesce(class_orders.customers, 0) as similar_customers,
        coalesce(class_orders.order_days, 0) as similar_days
    from classes
    cross join weeks_ahead
    left join class_sizes
        on
            classes.order_days_band = class_sizes.order_days_band
            and classes.wait_band = class_sizes.wait_band
    left join class_orders
        on
            classes.order_days_band = class_orders.order_days_band
            and classes.wait_band = class_orders.wait_band
            and weeks_ahead.week_ahead = class_orders.week_ahead

),

summed as (

    select
        order_days_band,
        wait_band,
        week_ahead,
        {%- for group, columns in groups.items() %}
        {%- for count in ['size'] + measures %}
        {% if group == 'similar' -%}
        {{ dbt_rfm.decimal('similar_' ~ count, 12, 0) }}
        {%- else -%}
        {{ dbt_rfm.decimal(
            'sum(similar_' ~ count ~ ') over (partition by '
            ~ (['week_ahead'] + columns) | join(', ') ~ ')', 12, 0
        ) }}
        {%- endif %} as {{ group }}_{{ count }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from counted

),
{% for group in groups %}
{%- set towards = loop.previtem %}
{{ group }}_shares as (

    select
        *,
        {%- for measure in measures %}
        {{ dbt_rfm.drawn_share(
            group ~ '_' ~ measure, group ~ '_size', towards ~ '_' ~ measure ~ '_share' if towards
        ) }} as {{ group }}_{{ measure }}_share
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ towards ~ '_shares' if towards else 'summed' }}
    {%- if not towards %}
    where all_size > 0
    {%- endif %}

){{ ',' if not loop.last }}
{% endfor %}
select
    order_days_band,
    wait_band,
    week_ahead,
    similar_customers_share as customer_share,
    similar_days_share as order_days_per_customer
from similar_shares
