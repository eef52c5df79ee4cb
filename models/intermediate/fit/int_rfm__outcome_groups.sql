{%- set keys = ['population', 'scheme', 'as_of_date', 'basis'] -%}
{%- set measures = ['customers', 'buyers', 'revenue'] -%}
{#- What customers are put in order by: higher is better. -#}
{%- set bases = {
    'tier': '-tier_rank', 'score': 'score', 'recency': '-recency_days',
    'frequency': 'frequency', 'monetary': 'monetary', 'revenue': 'revenue',
} %}

with customer_outcomes as (select * from {{ ref('int_rfm__customer_outcomes') }}),

counted as (

    {%- for basis, value in bases.items() %}

    select
        scheme,
        as_of_date,
        '{{ basis }}' as basis,
        {{ dbt_rfm.decimal(value) }} as value,
        is_common,
        count(*) as customers,
        sum(case when is_buyer then 1 else 0 end) as buyers,
        sum(revenue) as revenue
    from customer_outcomes
    group by
        scheme,
        as_of_date,
        {{ value.removeprefix('-') }},
        is_common
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

of_populations as (

    {{ dbt_rfm.populations(
        'counted', keys[1:] + ['value'], measures
    ) | indent(4) }}

),

ranked as (

    {{ dbt_rfm.best_first('of_populations', keys, measures) | indent(4) }}

)

select * from ranked
