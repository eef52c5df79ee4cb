{# A query: what the rules find in the rows of one of their relations, in the shape of
   rfm_policy_problems. The rules of a seed are tried on each of its rows by their numbers, so that a
   relation is read once, however many rules it has. #}
{% macro policy_checks(rules, relation) -%}
    {%- set applied = {} -%}
    {%- for seed, its_rules in rules.items() -%}
        {%- set chosen = its_rules | selectattr('relation', 'equalto', relation) | list -%}
        {%- if chosen -%}
            {%- do applied.update({seed: chosen}) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set text = dbt.type_string() %}
    select
        seed,
        place as scheme,
        cast({{ dbt_rfm._by_rule(applied, 'problem') }} as {{ text }}) as problem,
        cast({{ dbt_rfm._by_rule(applied, 'found') }} as {{ text }}) as found,
        cast({{ dbt_rfm._by_rule(applied, 'allowed') }} as {{ text }}) as allowed
    from {{ relation }}
    cross join (
        {{ dbt_rfm.whole_numbers(applied.values() | map('length') | max, 'rule_number') }}
    ) as rule_numbers
    where {{ dbt_rfm._by_rule(applied, 'fails_where') }}
{%- endmacro %}

{# A part of the rule of each seed and number; nothing where it is null, which has no type. #}
{% macro _by_rule(rules, part) -%}
    case seed
        {%- for seed, its_rules in rules.items() if its_rules | rejectattr(part, 'equalto', 'null') | list %}
        when '{{ seed }}' then case rule_number
        {%- for rule in its_rules %}
        {%- if rule[part] != 'null' %}
        when {{ loop.index }} then {{ rule[part] }}
        {%- endif %}
        {%- endfor %} end
        {%- endfor %}
    end
{%- endmacro %}
