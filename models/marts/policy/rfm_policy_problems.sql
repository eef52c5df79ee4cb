{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set parts = [
    'schemes', 'scheme_metrics', 'score_bins', 'tiers', 'tier_rules', 'follow_up_cadences',
    'identity_weights', 'strategies', 'behaviour',
] -%}

with policy_problems as (

    {%- for part in parts %}

    select * from {{ ref('int_rfm__' ~ part ~ '_problems') }}
    union all
    {%- endfor %}
    select * from {{ ref('int_rfm__other_policy_problems') }}

)

select distinct
    cast(seed as {{ dbt.type_string() }}) as seed,
    scheme,
    problem,
    found,
    allowed
from policy_problems
