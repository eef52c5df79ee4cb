{%- set keys = dbt_rfm.policy_keys() -%}
{%- set made = [
    'key_1', 'key_2', 'key_3', 'place', 'low', 'high', 'low_text', 'high_text',
    'item_name', 'key_number', 'key_text', 'has_readable_bounds',
] -%}
{#- What rows of any seed say of a scheme, of its metric, of its tier, or of a band. -#}
{%- set facts = {
    'scheme': {
        'is_scheme': "seed = 'rfm_schemes'",
        'goes_by_score': "seed = 'rfm_schemes' and tier_method <> 'rules'",
        'goes_by_rules': "seed = 'rfm_schemes' and tier_method = 'rules'",
        'has_metrics': "seed = 'rfm_scheme_metrics'",
        'has_lookup': "seed = 'rfm_scheme_metrics' and method = 'lookup'",
        'has_tiers': "seed = 'rfm_tiers'",
        'weighs_unknown': "seed = 'rfm_identity_weights' and key_2 = 'unknown'",
    },
    'scheme, metric': {
        'has_bins': "seed = 'rfm_score_bins'",
        'is_threshold': "seed = 'rfm_scheme_metrics' and method = 'threshold'",
    },
    'scheme, tier': {
        'is_tier': "seed = 'rfm_tiers'",
        'has_cadence': "seed = 'rfm_follow_up_cadences'",
    },
    'coalesce(discount_band, band)': {'is_discount_band': "kind = 'discount_rate'"},
    'coalesce(order_value_band, band)': {'is_order_value_band': "kind = 'order_value'"},
} %}

with measures as (

    select distinct measure
    from {{ ref('stg_rfm__measures') }}
    where reject_reason is null

),

policy as (

    select
        *,
        {%- for part in range(3) %}
        case seed
            {%- for seed, key in keys.items() if key | length > part %}
            when '{{ seed }}' then {{ dbt_rfm.column_name(key[part]) }}
            {%- endfor %}
        end as key_{{ part + 1 }},
        {%- endfor %}
        case
            when seed not in (
                {%- for seed, key in keys.items() if 'scheme' not in key %}
                '{{ seed }}'
                {%- if not loop.last %},{% endif %}
                {%- endfor %}
            ) then coalesce(scheme, '(blank)')
            else '(all)'
        end as place,
        -- What bins, bands and tiers have in common, and what ranks and priorities have.
        coalesce(lower_bound, min_score) as low,
        coalesce(upper_bound, max_score) as high,
        coalesce(lower_bound_text, min_score_text) as low_text,
        coalesce(upper_bound_text, max_score_text) as high_text,
        coalesce(score_text, tier, band, life_cycle) as item_name,
        coalesce(score, tier_rank, priority) as key_number,
        coalesce(score_text, tier_rank_text, priority_text) as key_text,
        {%- for limit in ['lower_bound', 'upper_bound', 'min_score', 'max_score',
            'max_tenure_days', 'max_recency_days'] %}
        ({{ limit }}_text is null or {{ limit }} is not null)
        {%- if not loop.last %} and{% endif %}
        {%- endfor %} as has_readable_bounds
    from {{ ref('stg_rfm__policy') }}

)

select
    seed,
    {%- for name in dbt_rfm.rfm_policy_columns().values() | sum(start=[]) | unique %}
    {{ dbt_rfm.policy_column(name) }},
    {%- endfor %}
    {%- for name in dbt_rfm.policy_types().values() | sum(start=[]) %}
    {{ name }}_text,
    {%- endfor %}
    {%- for name in made %}
    {{ name }},
    {%- endfor %}
    scored_metric,
    scored_baseline_metric,
    coalesce(metric in (select measures.measure from measures), false) as is_measure,
    coalesce(baseline_metric in (select measures.measure from measures), false)
        as is_baseline_measure,
    {%- for of, conditions in facts.items() %}
    {%- for fact, condition in conditions.items() %}
    max(
        case when {{ condition }} then 1 else 0 end
    ) over (partition by {{ of }}) = 1
    {%- for name in of.split(', ') if 'coalesce' not in of %}
    and {{ name }} is not null
    {%- endfor %} as {{ fact }},
    {%- endfor %}
    {%- endfor %}
    max(case when weight <= 0 then 0 else 1 end) over (partition by seed, scheme) = 0
        as is_weightless,
    lead(seed) over (
        partition by seed
        order by
            case when priority is null then 1 else 0 end,
            priority,
            {{ dbt_rfm.by_bytes("coalesce(life_cycle, '')") }}
    ) is null as is_last_cycle,
    count(*) over (partition by seed, key_1, key_2, key_3) as copies
from policy
