{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set keys = ['population', 'scheme', 'as_of_date'] -%}
{%- set figures = [
    'gini', 'gini_low', 'gini_high', 'revenue_gini', 'ks', 'top_20_revenue_share',
] -%}
{%- set labelled = {
    'largest': 'largest_tier', 'reversed': 'reversed_tier', 'reversed_next': 'reversed_next_tier',
} %}

with fit_figures as (select * from {{ ref('int_rfm__fit_figures') }}),

scheme_verdicts as (select * from {{ ref('int_rfm__scheme_verdicts') }}),

schemes as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

named_verdicts as (

    select
        scheme_verdicts.*,
        {%- for name in labelled %}
        {{ dbt_rfm.tier_label(name ~ '_tiers', 'en') }} as {{ name }}_label,
        {{ dbt_rfm.tier_label(name ~ '_tiers', 'zh') }} as {{ name }}_label_zh,
        {%- endfor %}
        coalesce(schemes.title, schemes.scheme) as title,
        coalesce(schemes.title_zh, schemes.title, schemes.scheme) as title_zh
    from scheme_verdicts
    inner join schemes
        on scheme_verdicts.scheme = schemes.scheme
    {%- for name, column in labelled.items() %}
    left join tiers as {{ name }}_tiers
        on
            scheme_verdicts.scheme = {{ name }}_tiers.scheme
            and scheme_verdicts.{{ column }} = {{ name }}_tiers.tier
    {%- endfor %}

),

sentences as (

    select
        {%- for key in keys %}
        named_verdicts.{{ key }},
        {%- endfor %}
        named_verdicts.verdict,
        {{ dbt_rfm.fit_sentence('named_verdicts', 'en') | indent(8) }} as sentence,
        {{ dbt_rfm.fit_sentence('named_verdicts', 'zh') | indent(8) }} as sentence_zh
    from named_verdicts

)

select
    fit_figures.as_of_date,
    cast(fit_figures.scheme as {{ dbt.type_string() }}) as scheme,
    cast(fit_figures.basis as {{ dbt.type_string() }}) as basis,
    cast(fit_figures.population as {{ dbt.type_string() }}) as population,
    fit_figures.customers,
    fit_figures.buyers,
    {%- for figure in figures %}
    fit_figures.{{ figure }},
    {%- endfor %}
    {%- for column in ['verdict', 'sentence', 'sentence_zh'] %}
    cast(sentences.{{ column }} as {{ dbt.type_string() }}) as {{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from fit_figures
left join sentences
    on
        {{ dbt_rfm.same_values('fit_figures', 'sentences', keys) | indent(8) }}
        and fit_figures.basis = 'tier'
