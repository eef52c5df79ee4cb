{# The faults of the policy, one row each: a query with the columns of rfm_policy_problems. #}
{% macro policy_problems() %}
{%- set rules = dbt_rfm.policy_rules() %}

with facts as (

    select * from {{ ref('dbt_rfm', 'int_rfm__policy_facts') }}

),

bound_problems as (

    select * from {{ ref('dbt_rfm', 'int_rfm__bound_problems') }}

),

-- The same number written in several ways, such as 5 and 5.0.
equal_numbers as (

    select
        seed,
        place,
        metric,
        {{ dbt_rfm.joined_text('key_text', "', '", dbt_rfm.by_bytes('key_text')) }}
            as found_numbers
    from facts
    where
        seed in ('rfm_score_bins', 'rfm_tier_rules')
        and key_number is not null
    group by
        seed,
        place,
        metric,
        key_number
    having count(distinct key_text) > 1

),

ranks as (

    select
        seed,
        place,
        count(*) as ranked_rows,
        count(distinct key_number) as different_ranks,
        min(key_number) as first_rank,
        max(key_number) as last_rank,
        {{ dbt_rfm.joined_text(
            'key_text', "', '", 'key_number, ' ~ dbt_rfm.by_bytes('item_name')
        ) }} as found_ranks
    from facts
    where seed in ('rfm_tiers', 'rfm_life_cycles')
    group by
        seed,
        place
    having count(*) = count(key_number)

),

-- Rows that have to stand in a seed, and those of them that do not.
wanted as (

    {%- for row in dbt_rfm.policy_wanted_rows() %}
    select
        {{ dbt_rfm.text_list(row[0:1]) }} as place,
        {{ dbt_rfm.text_list(row[1:2]) }} as seed,
        {{ dbt_rfm.text_list(row[2:3]) }} as in_seed,
        {{ dbt_rfm.text_list(row[3:4]) }} as key_1,
        {{ dbt_rfm.text_list(row[4:5]) }} as key_2
    union all
    {%- endfor %}
    select
        place,
        'rfm_tier_rules' as seed,
        'rfm_tier_rules' as in_seed,
        scheme as key_1,
        null as key_2
    from facts
    where
        seed = 'rfm_schemes'
        and scheme is not null
        and tier_method = 'rules'
    union all
    select
        '(all)' as place,
        'rfm_price_sensitivity' as seed,
        'rfm_price_sensitivity' as in_seed,
        discount_bands.band as key_1,
        order_value_bands.band as key_2
    from facts as discount_bands
    cross join facts as order_value_bands
    where
        discount_bands.kind = 'discount_rate'
        and discount_bands.band is not null
        and order_value_bands.kind = 'order_value'
        and order_value_bands.band is not null

),

missing as (

    select wanted.*
    from wanted
    left join facts
        on
            wanted.in_seed = facts.seed
            and (wanted.key_1 is null or wanted.key_1 = facts.key_1)
            and (wanted.key_2 is null or wanted.key_2 = facts.key_2)
    where facts.seed is null

),

open_cells as (

    select
        'rfm_tier_rules' as seed,
        scheme as place,
        {%- for metric in ['recency', 'frequency', 'monetary'] %}
        coalesce({{ dbt_rfm.plain_decimal(metric ~ '_score') }}, '-')
        {%- if not loop.last %} || ',' ||{% endif %}
        {%- endfor %} as cell_name
    from {{ ref('dbt_rfm', 'int_rfm__tier_rule_cells') }}
    where
        tier is null
        and scheme in (
            select facts.scheme from facts
            where facts.seed = 'rfm_tier_rules'
        )

),

problems as (

    select * from bound_problems
    {%- for relation in ['facts', 'equal_numbers', 'ranks', 'missing', 'open_cells'] %}
    union all
    {{ dbt_rfm.policy_checks(rules, relation) }}
    {%- endfor %}

)

select distinct
    cast(seed as {{ dbt.type_string() }}) as seed,
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    problem,
    coalesce('"' || found || '"', 'nothing') as found,
    allowed
from problems
{% endmacro %}
