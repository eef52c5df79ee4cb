-- Whether a scheme's score tells buyers from others better than a single metric does.

{%- set keys = ['population', 'scheme', 'as_of_date', 'metric'] -%}
{%- set metrics = {
    'recency': '-recency_days', 'frequency': 'frequency', 'monetary': 'monetary',
} %}

with customer_outcomes as (select * from {{ ref('int_rfm__customer_outcomes') }}),

counted as (

    {%- for metric, value in metrics.items() %}

    select
        scheme,
        as_of_date,
        '{{ metric }}' as metric,
        {{ dbt_rfm.decimal('score') }} as value_a,
        {{ dbt_rfm.decimal(value) }} as value_b,
        is_common,
        count(*) as customers,
        sum(case when is_buyer then 1 else 0 end) as buyers
    from customer_outcomes
    group by
        scheme,
        as_of_date,
        score,
        {{ value.removeprefix('-') }},
        is_common
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

cells as (

    {{ dbt_rfm.populations(
        'counted', keys[1:] + ['value_a', 'value_b'], ['customers', 'buyers']
    ) | indent(4) }}

),

paired_sums as (

    {{ dbt_rfm.paired_sums('cells', keys) | indent(4) }}

),

spreads as (

    select
        *,
        {{ dbt_rfm.spread_terms('paired_sums') | indent(8) }} as spread_millionths
    from paired_sums

)

select
    {%- for key in keys %}
    spreads.{{ key }},
    {%- endfor %}
    coalesce(
        spreads.buyer_places > 0 and {{ dbt_rfm.is_different('spreads') | indent(8) }},
        false
    ) as is_score_better
from spreads
