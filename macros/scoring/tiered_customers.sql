{# A query: scored customers with their score and tier. `columns` are handed on. Relations:
     scored            rows with the columns that scored_customers adds
     tiers             rows of rfm_tiers
     tier_rule_cells   rows of int_rfm__tier_rule_cells #}
{% macro tiered_customers(scored, columns, tiers, tier_rule_cells) -%}
with rounded as (

    select
        *,
        {{ dbt_rfm.rounded_score('contributions', 'score_decimals') }} as score
    from {{ scored }}

)

select
    {%- for column in columns %}
    rounded.{{ column }},
    {%- endfor %}
    rounded.score,
    coalesce(tiers.tier, tier_rule_cells.tier) as tier
from rounded
left join {{ tiers }} as tiers
    on
        rounded.tier_method = 'score'
        and rounded.scheme = tiers.scheme
        and (tiers.min_score is null or rounded.score >= tiers.min_score)
        and (tiers.max_score is null or rounded.score < tiers.max_score)
left join {{ tier_rule_cells }} as tier_rule_cells
    on
        rounded.scheme = tier_rule_cells.scheme
        -- Only where rules decide: narrowing decimals costs more than all else in this join.
        {%- for metric in ['recency', 'frequency', 'monetary'] %}
        and case
            when rounded.tier_method = 'rules'
                then {{ dbt_rfm.score_or_none('rounded.' ~ metric ~ '_cell') }}
        end = {{ dbt_rfm.score_or_none('tier_rule_cells.' ~ metric ~ '_score') }}
        {%- endfor %}
{%- endmacro %}
