{{ config(materialized='ephemeral') }}

-- Category aliases, placeholders of ids, and the vars that name schemes.

{%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
{%- set demand_scheme = dbt_rfm.rfm_setting('rfm_demand_scheme') -%}
{%- set named = {
    'var rfm_enabled_schemes': enabled or [],
    'var rfm_demand_scheme': [demand_scheme] if demand_scheme is not none else [],
    'var rfm_scheme_filters': dbt_rfm.rfm_setting('rfm_scheme_filters') | list,
} %}

with category_aliases as (

    select * from {{ ref('stg_rfm__category_aliases') }}

),

placeholder_ids as (

    select * from {{ ref('stg_rfm__placeholder_ids') }}

),

schemes as (

    select * from {{ ref('stg_rfm__schemes') }}

),

named_schemes as (

    select
        cast(null as {{ dbt.type_string() }}) as place,
        cast(null as {{ dbt.type_string() }}) as scheme
    {%- for place, names in named.items() %}
    {%- for name in names %}
    union all
    select
        '{{ place }}' as place,
        {{ dbt_rfm.text_list([name]) }} as scheme
    {%- endfor %}
    {%- endfor %}

)

{{ dbt_rfm.policy_check_keys('category_aliases', 'rfm_category_aliases', ['alias']) }}
union all
{{ dbt_rfm.policy_check(
    'category_aliases',
    'rfm_category_aliases',
    'category is null',
    "'the category of alias ' || coalesce(alias, '(blank)') || ' is blank'",
    'category',
    "'the category that the alias stands for'",
    scheme="'(all)'"
) }}
union all
{{ dbt_rfm.policy_check_keys('placeholder_ids', 'rfm_placeholder_ids', ['id', 'applies_to']) }}
union all
{{ dbt_rfm.policy_check(
    'placeholder_ids',
    'rfm_placeholder_ids',
    "applies_to not in ('order_id', 'customer_id', 'both')",
    "'applies_to of ' || id || ' is unknown'",
    'applies_to',
    "'order_id, customer_id, both'",
    scheme="'(all)'"
) }}
{%- for place in named %}
union all
{{ dbt_rfm.policy_check(
    'named_schemes',
    place,
    "place = '" ~ place ~ "' and scheme not in (select schemes.scheme from schemes"
    ~ ' where schemes.scheme is not null)',
    "'the scheme is unknown'",
    'scheme',
    "'a scheme of rfm_schemes'"
) }}
{%- endfor %}
{%- if demand_scheme is not none and enabled is not none %}
union all
{{ dbt_rfm.policy_check(
    'named_schemes',
    'var rfm_demand_scheme',
    "place = 'var rfm_demand_scheme' and scheme not in (" ~ dbt_rfm.text_list(enabled) ~ ')',
    "'the scheme is not enabled'",
    'scheme',
    "'a scheme of rfm_enabled_schemes'"
) }}
{%- endif %}
