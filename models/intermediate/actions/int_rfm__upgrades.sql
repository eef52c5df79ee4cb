-- What is missing to a better tier, by frequency alone and by monetary alone.

with bin_rises as (select * from {{ ref('int_rfm__bin_rises') }}),

deviation_rises as (select * from {{ ref('int_rfm__deviation_rises') }}),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

tier_rule_cells as (select * from {{ ref('int_rfm__tier_rule_cells') }}),

score_steps as (

    {{ dbt_rfm.score_steps('cut_points') | indent(4) }}

),

rises as (

    select * from bin_rises
    union all
    select * from deviation_rises

),

with_values as (

    select
        *,
        case raised_metric when 'frequency' then frequency else monetary end + missing
            as raised_value
    from rises

),

with_scores as (

    select
        with_values.*,
        {{ dbt_rfm.metric_score(
            'with_values.raised_value', 'with_values.customer_id', 'score_steps'
        ) | indent(8) }} as raised_score
    from with_values
    inner join score_steps
        on
            with_values.scheme = score_steps.scheme
            and with_values.as_of_date = score_steps.as_of_date
            and with_values.raised_metric = score_steps.metric

),

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
        {%- for metric in dbt_rfm.rfm_allowed_values('metric') %}
        case
            when raised_metric = '{{ metric }}' then raised_score
            else {{ metric }}_score
        end as {{ metric }}_score,
        {{ metric }}_method,
        {{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from with_scores

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
    customer_id,
    {%- for metric, missing in {'frequency': 'orders', 'monetary': 'amount'}.items() %}
    max(case when raised_metric = '{{ metric }}' then missing end) as {{ missing }}_missing,
    {%- for column in ['tier', 'tier_label', 'tier_label_zh'] %}
    max(case when raised_metric = '{{ metric }}' then {{ column }} end)
        as {{ column }}_by_{{ missing }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from upgrades
where upgrade_number = 1
group by scheme, as_of_date, customer_id
