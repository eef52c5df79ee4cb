{%- set metrics = ['recency', 'frequency', 'monetary'] %}

-- Every combination of scores that a rule scheme can give, with the rules that match it. A metric
-- that the scheme lacks, or whose scores are not finite, has one cell without a score.

with schemes as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}
    where tier_method = 'rules'

),

tier_rules as (

    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tier_rules') }}

),

possible_scores as (

    {{ dbt_rfm.possible_scores() | indent(4) }}

),

cells as (

    select
        schemes.scheme,
        {%- for metric in metrics %}
        {{ metric }}_scores.score as {{ metric }}_score
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from schemes
    left join possible_scores as recency_scores
        on schemes.scheme = recency_scores.scheme and recency_scores.metric = 'recency'
    left join possible_scores as frequency_scores
        on schemes.scheme = frequency_scores.scheme and frequency_scores.metric = 'frequency'
    left join possible_scores as monetary_scores
        on schemes.scheme = monetary_scores.scheme and monetary_scores.metric = 'monetary'

),

matches as (

    select
        cells.*,
        tier_rules.tier,
        tier_rules.priority,
        row_number() over (
            partition by
                cells.scheme,
                {%- for metric in metrics %}
                cells.{{ metric }}_score
                {%- if not loop.last %},{% endif %}
                {%- endfor %}
            order by tier_rules.priority
        ) as match_number
    from cells
    left join tier_rules
        on
            cells.scheme = tier_rules.scheme
            and {{ dbt_rfm.matches_rule('recency', 'cells', 'tier_rules') }}
            and {{ dbt_rfm.matches_rule('frequency', 'cells', 'tier_rules') }}
            and {{ dbt_rfm.matches_rule('monetary', 'cells', 'tier_rules') }}

)

select
    scheme,
    {%- for metric in metrics %}
    {{ metric }}_score,
    {%- endfor %}
    max(case when match_number = 1 then tier end) as tier,
    max(case when match_number = 1 then priority end) as matched_priority,
    {{ dbt_rfm.joined_text(
        'case when match_number > 1 then cast(priority as ' ~ dbt.type_string() ~ ') end',
        "','",
        'priority'
    ) }} as other_priorities
from matches
group by
    scheme,
    {%- for metric in metrics %}
    {{ metric }}_score
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
