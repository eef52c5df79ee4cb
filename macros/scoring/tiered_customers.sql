{# A query: scored customers with their score and tier. `columns` are handed on. Relations:
     scored            rows with the columns that scored_customers adds
     tiers             rows of rfm_tiers
     tier_rule_cells   rows of int_rfm__tier_rule_cells #}
{% macro tiered_customers(scored, columns, tiers, tier_rule_cells) -%}
{%- set ruled = ['recency', 'frequency', 'monetary'] -%}
with weighed as (

    select
        *,
        {%- for metric in ruled %}
        case when {{ metric }}_method <> 'min_max' then {{ metric }}_score end as {{ metric }}_cell,
        {%- endfor %}
        {{ dbt_rfm.rounded_score(dbt_rfm.total_contribution(scored), 'score_decimals') }}
            as score
    from {{ scored }}

)

select
    {%- for column in columns %}
    weighed.{{ column }},
    {%- endfor %}
    weighed.score,
    coalesce(tiers.tier, tier_rule_cells.tier) as tier
from weighed
left join {{ tiers }} as tiers
    on
        weighed.tier_method = 'score'
        and weighed.scheme = tiers.scheme
        and (tiers.min_score is null or weighed.score >= tiers.min_score)
        and (tiers.max_score is null or weighed.score < tiers.max_score)
left join {{ tier_rule_cells }} as tier_rule_cells
    on
        weighed.scheme = tier_rule_cells.scheme
        -- Only where rules decide: narrowing decimals costs more than all else in this join.
        {%- for metric in ruled %}
        and case
            when weighed.tier_method = 'rules'
                then {{ dbt_rfm.score_or_none('weighed.' ~ metric ~ '_cell') }}
        end = {{ dbt_rfm.score_or_none('tier_rule_cells.' ~ metric ~ '_score') }}
        {%- endfor %}
{%- endmacro %}
