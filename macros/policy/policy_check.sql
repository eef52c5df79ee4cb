{# One check of the policy: the rows of `relation` for which `fails_where` holds, in the shape of
   rfm_policy_problems. `problem`, `found` and `allowed` are SQL expressions over those rows. #}
{% macro policy_check(relation, seed, fails_where, problem, found, allowed, scheme='scheme') -%}
    {%- set text = dbt.type_string() -%}
    select
        '{{ seed }}' as seed,
        coalesce(cast({{ scheme }} as {{ text }}), '(blank)') as scheme,
        cast({{ problem }} as {{ text }}) as problem,
        coalesce('"' || cast({{ found }} as {{ text }}) || '"', 'nothing') as found,
        cast({{ allowed }} as {{ text }}) as allowed
    from {{ relation }}
    where {{ fails_where }}
{%- endmacro %}
