{%- set measures = ['recency_days', 'frequency', 'monetary'] -%}
{%- set keys = ['scheme', 'as_of_date', 'tier', 'measure'] %}

with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

levels as (

    {{ dbt_rfm.whole_numbers(2, 'level') | indent(4) }}

),

tier_values as (select * from {{ ref('int_rfm__tier_values') }}),

value_buckets as (

    {{ dbt_rfm.value_buckets('tier_values', keys) | indent(4) }}

),

-- The middle two of an even number of customers, twice the middle one of an odd number.
middle_ranks as (

    select distinct
        value_buckets.scheme,
        value_buckets.as_of_date,
        value_buckets.tier,
        value_buckets.measure,
        levels.level,
        {{ dbt_rfm.divide_whole('(value_buckets.all_customers + levels.level)', '2') }}
            as value_rank
    from value_buckets
    cross join levels

),

middle_values as (

    {{ dbt_rfm.values_at_ranks('middle_ranks', 'value_buckets', 'tier_values', keys) | indent(4) }}

),

medians as (

    select
        scheme,
        as_of_date,
        tier,
        {%- for measure in measures %}
        {{ dbt_rfm.decimal(dbt_rfm.divide_half_up(
            "sum(case when measure = '" ~ measure ~ "' then value end)", '2'
        )) }} as median_{{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from middle_values
    group by scheme, as_of_date, tier

),

sums as (

    select
        scheme,
        as_of_date,
        tier,
        count(*) as customers,
        sum(case when frequency >= 2 then 1 else 0 end) as repeat_customers,
        {%- for measure in measures %}
        cast(sum({{ measure }}) as {{ dbt_rfm.type_decimal(28, 6) }}) as {{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from graded_customers
    group by scheme, as_of_date, tier

)

select
    sums.scheme,
    sums.as_of_date,
    sums.tier,
    cast(sums.customers as bigint) as customers,
    sums.monetary as revenue,
    {{ dbt_rfm.decimal(
        dbt_rfm.divide_half_up('sums.repeat_customers', 'sums.customers'), 9, 6
    ) }} as repurchase_rate,
    {%- for measure in measures %}
    {{ dbt_rfm.decimal(
        dbt_rfm.divide_half_up('sums.' ~ measure, 'sums.customers')
    ) }} as mean_{{ measure }},
    medians.median_{{ measure }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from sums
inner join medians
    on
        {{ dbt_rfm.same_values('sums', 'medians', ['scheme', 'as_of_date', 'tier']) | indent(8) }}
