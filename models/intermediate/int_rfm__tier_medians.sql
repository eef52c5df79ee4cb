{{ config(materialized='ephemeral') }}

-- The middle value, or the middle two.

{%- set measures = ['recency_days', 'frequency', 'monetary'] -%}
{%- set keys = ['scheme', 'as_of_date', 'tier', 'measure'] %}

with graded_customers as (

    select * from {{ ref('int_rfm__graded_customers') }}

),

tier_values as (

    {%- for measure in measures %}

    select
        scheme,
        as_of_date,
        tier,
        '{{ measure }}' as measure,
        cast({{ measure }} as numeric(28, 6)) as value,
        {{ dbt_rfm.value_bucket('cast(' ~ measure ~ ' as numeric(28, 6))') }} as value_bucket,
        count(*) as customers
    from graded_customers
    group by
        scheme,
        as_of_date,
        tier,
        {{ measure }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

value_buckets as (

    {{ dbt_rfm.value_buckets('tier_values', keys) | indent(4) }}

),

middle_ranks as (

    {%- for customers in ['all_customers + 1', 'all_customers + 2'] %}

    select distinct
        scheme,
        as_of_date,
        tier,
        measure,
        {{ dbt_rfm.divide_whole('(' ~ customers ~ ')', '2') }} as value_rank
    from value_buckets
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

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
    cast({{ measure }} as numeric(28, 6)) as twice_{{ measure }}_median
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from pivoted
