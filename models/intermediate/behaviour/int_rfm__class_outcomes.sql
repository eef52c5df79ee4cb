-- How many customers of each class ordered again at the earlier dates, and what that says of those
-- who are in it now: a share that is drawn, by its number of customers, towards that of the classes
-- beside it, that towards the share at the same number of order days, and that towards all.

{%- set bounds = dbt_rfm.similar_customer_bounds() -%}
{%- set groups = {
    'all': '1 = 1',
    'order_days': 'past.order_days_band = classes.order_days_band',
    'nearby': 'abs(past.order_days_band - classes.order_days_band) <= 1'
        ~ ' and abs(past.wait_band - classes.wait_band) <= 1'
        ~ ' and (past.order_days_band = 1) = (classes.order_days_band = 1)',
    'similar': 'past.order_days_band = classes.order_days_band'
        ~ ' and past.wait_band = classes.wait_band',
} %}

with customer_classes as (
    select * from {{ ref('int_rfm__customer_classes') }}
    where not is_report_date
),

order_days_bands as (
    {{ dbt_rfm.whole_numbers(bounds.order_days | length, 'order_days_band') }}
),

wait_bands as (
    {{ dbt_rfm.whole_numbers(bounds.waits | length, 'wait_band') }}
),

classes as (

    select
        order_days_bands.order_days_band,
        wait_bands.wait_band
    from order_days_bands
    cross join wait_bands
    where
        order_days_bands.order_days_band > 1
        or wait_bands.wait_band <= {{ bounds.first_waits | length }}

),

past as (

    select
        order_days_band,
        wait_band,
        count(*) as customers,
        sum(ordered_again) as ordered
    from customer_classes
    group by order_days_band, wait_band

),

sums as (

    select
        classes.order_days_band,
        classes.wait_band,
        {%- for group, condition in groups.items() %}
        {%- for count in ['customers', 'ordered'] %}
        {%- set counted = 'case when ' ~ condition ~ ' then past.' ~ count ~ ' else 0 end' %}
        cast(sum(
            {{ counted }}
        ) as {{ dbt_rfm.type_decimal(12, 0) }}) as {{ group }}_{{ count }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from classes
    cross join past
    group by classes.order_days_band, classes.wait_band

),
{% for group in groups %}
{%- set towards = loop.previtem %}
{{ group }}_shares as (

    select
        *,
        {{ dbt_rfm.drawn_share(
            group ~ '_ordered', group ~ '_customers', towards ~ '_share' if towards
        ) }} as {{ group }}_share
    from {{ towards ~ '_shares' if towards else 'sums' }}

){{ ',' if not loop.last }}
{% endfor %}
select
    similar_shares.order_days_band,
    similar_shares.wait_band,
    cast(similar_shares.similar_customers as bigint) as similar_customers,
    cast(similar_shares.similar_ordered as bigint) as similar_customers_ordered,
    similar_shares.similar_share as order_again_probability,
    {{ dbt_rfm.similar_customer_words('similar_shares', 'en') | indent(4) }} as alike,
    {{ dbt_rfm.similar_customer_words('similar_shares', 'zh') | indent(4) }} as alike_zh
from similar_shares
