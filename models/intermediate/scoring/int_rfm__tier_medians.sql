{{ config(materialized='ephemeral') }}

{%- set measures = ['recency_days', 'frequency', 'monetary'] -%}
{%- set keys = ['scheme', 'as_of_date', 'tier', 'measure'] %}

with tier_values as (

    select * from {{ ref('int_rfm__tier_values') }}

),

levels as (

    {{ dbt_rfm.whole_numbers(2, 'level') | indent(4) }}

),

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

pivoted as (

    select
        scheme,
        as_of_date,
        tier,
        {%- for measure in measures %}
        sum(case when measure = '{{ measure }}' then value end) as {{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from middle_values
    group by
        scheme,
        as_of_date,
        tier

)

select
    scheme,
    as_of_date,
    tier,
    {%- for measure in measures %}
    cast({{ measure }} as {{ dbt_rfm.type_decimal(28, 6) }}) as twice_{{ measure }}_median
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from pivoted
