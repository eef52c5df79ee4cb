{%- set metrics = dbt_rfm.rfm_allowed_values('metric') -%}
{%- set ruled = ['recency', 'frequency', 'monetary'] -%}

with score_components as (

    select * from {{ ref('rfm_score_components') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

tier_rule_cells as (

    select * from {{ ref('int_rfm__tier_rule_cells') }}

),

summed as (

    select
        scheme,
        as_of_date,
        customer_id,
        {%- for metric in metrics %}
        cast(max(case when metric = '{{ metric }}' then score end) as numeric(12, 6))
            as {{ metric }}_score,
        {%- endfor %}
        {%- for metric in ruled %}
        max(
            case
                when metric = '{{ metric }}' and method in ('ntile', 'quantile', 'threshold')
                    then score
            end
        ) as {{ metric }}_cell,
        {%- endfor %}
        sum(contribution) as contributions
    from score_components
    group by
        scheme,
        as_of_date,
        customer_id

),

scored as (

    select
        summed.*,
        periods.tier_method,
        {{ dbt_rfm.rounded_score('summed.contributions', 'periods.score_decimals') }} as score
    from summed
    inner join periods
        on
            summed.scheme = periods.scheme
            and summed.as_of_date = periods.as_of_date

)

select
    scored.scheme,
    scored.as_of_date,
    scored.customer_id,
    {%- for metric in metrics %}
    scored.{{ metric }}_score,
    {%- endfor %}
    {%- for metric in ruled %}
    scored.{{ metric }}_cell,
    {%- endfor %}
    scored.score,
    coalesce(tiers.tier, tier_rule_cells.tier) as tier
from scored
left join tiers
    on
        scored.tier_method = 'score'
        and scored.scheme = tiers.scheme
        and (tiers.min_score is null or scored.score >= tiers.min_score)
        and (tiers.max_score is null or scored.score < tiers.max_score)
left join tier_rule_cells
    on
        scored.tier_method = 'rules'
        and scored.scheme = tier_rule_cells.scheme
        {%- for metric in ruled %}
        and {{ dbt_rfm.score_or_none('scored.' ~ metric ~ '_cell') }}
        = {{ dbt_rfm.score_or_none('tier_rule_cells.' ~ metric ~ '_score') }}
        {%- endfor %}
