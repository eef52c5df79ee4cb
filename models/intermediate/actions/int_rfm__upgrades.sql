-- What is missing to a better tier, by frequency alone and by monetary alone.

{%- set ruled = ['recency', 'frequency', 'monetary'] %}

with upgrade_rises as (select * from {{ ref('int_rfm__upgrade_rises') }}),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

tier_rule_cells as (select * from {{ ref('int_rfm__tier_rule_cells') }}),

-- To come into a tile at its bound is to come before its last customer, as in the rises.
rise_cuts as (

    select
        scheme,
        as_of_date,
        metric,
        method,
        direction,
        weight,
        score,
        lower_bound,
        lower_inclusive,
        upper_bound,
        can_hold_a_value,
        case
            when method = 'ntile' and direction = 'higher_is_better' then last_customer_id
            else lower_tie_customer_id
        end as lower_tie_customer_id
    from cut_points

),

score_steps as (

    {{ dbt_rfm.score_steps('rise_cuts') | indent(4) }}

),

raised as (

    select
        upgrade_rises.*,
        score_steps.method,
        score_steps.weight,
        {{ dbt_rfm.metric_score(
            'upgrade_rises.value + upgrade_rises.missing', 'upgrade_rises.customer_id', 'score_steps'
        ) | indent(8) }} as raised_score
    from upgrade_rises
    inner join score_steps
        on
            upgrade_rises.scheme = score_steps.scheme
            and upgrade_rises.as_of_date = score_steps.as_of_date
            and upgrade_rises.raised_metric = score_steps.metric

),

-- Only the raised metric is scored again.
scored as (

    select
        scheme,
        as_of_date,
        customer_id,
        tier_rank,
        raised_metric,
        missing,
        tier_method,
        score_decimals,
        {%- for metric in ruled %}
        case
            when raised_metric <> '{{ metric }}' then {{ metric }}_cell
            when method <> 'min_max' then raised_score
        end as {{ metric }}_cell,
        {%- endfor %}
        contributions
        - coalesce(
            case raised_metric
                when 'frequency'
                    then {{ dbt_rfm.contribution('weight', 'frequency_score') }}
                else {{ dbt_rfm.contribution('weight', 'monetary_score') }}
            end, 0
        )
        + coalesce({{ dbt_rfm.contribution('weight', 'raised_score') }}, 0)
            as contributions
    from raised

),

graded as (

    {{ dbt_rfm.tiered_customers('scored', [
        'scheme', 'as_of_date', 'customer_id', 'tier_rank', 'raised_metric', 'missing',
    ], 'tiers', 'tier_rule_cells') | indent(4) }}

),

upgrades as (

    select
        graded.*,
        {{ dbt_rfm.tier_label('tiers', 'en') }} as tier_label,
        {{ dbt_rfm.tier_label('tiers', 'zh') }} as tier_label_zh,
        row_number() over (
            partition by
                graded.scheme,
                graded.as_of_date,
                graded.customer_id,
                graded.raised_metric
            order by
                graded.missing,
                tiers.tier_rank
        ) as upgrade_number
    from graded
    inner join tiers
        on
            graded.scheme = tiers.scheme
            and graded.tier = tiers.tier
    where tiers.tier_rank < graded.tier_rank

)

select
    scheme,
    as_of_date,
    {%- for metric, missing in {'frequency': 'orders', 'monetary': 'amount'}.items() %}
    max(case when raised_metric = '{{ metric }}' then missing end) as {{ missing }}_missing,
    {%- for column in ['tier', 'tier_label', 'tier_label_zh'] %}
    max(case when raised_metric = '{{ metric }}' then {{ column }} end)
        as {{ column }}_by_{{ missing }},
    {%- endfor %}
    {%- endfor %}
    customer_id
from upgrades
where upgrade_number = 1
group by scheme, as_of_date, customer_id
