{# The checks that every policy seed shares: no blank key cell, no key twice, no unknown scheme. #}
{% macro policy_check_keys(relation, seed, key) -%}
    {%- for column in key %}
    {% if not loop.first %}union all{% endif %}
    {{ dbt_rfm.policy_check(
        relation,
        seed,
        column ~ ' is null',
        "'" ~ column ~ " is blank'",
        column,
        "'" ~ ('an ' if column[0] in 'aeio' else 'a ') ~ column.replace('_text', '') ~ "'",
        scheme='scheme' if 'scheme' in key else "'(all)'"
    ) }}
    {%- endfor %}
    union all
    {{ dbt_rfm.policy_check(
        '(select ' ~ key | join(', ') ~ ', count(*) as copies from ' ~ relation
        ~ ' group by ' ~ key | join(', ') ~ ' having count(*) > 1) as repeated_keys',
        seed,
        key | join(' is not null and ') ~ ' is not null',
        "'the key " ~ key | map('replace', '_text', '') | join(', ') ~ " stands on '"
        ~ " || cast(copies as " ~ dbt.type_string() ~ ") || ' rows'",
        key | join(" || ', ' || "),
        "'one row for it'",
        scheme='scheme' if 'scheme' in key else "'(all)'"
    ) }}
    {%- if 'scheme' in key and seed != 'rfm_schemes' %}
    union all
    {{ dbt_rfm.policy_check(
        relation,
        seed,
        'scheme not in (select known.scheme from ' ~ ref('stg_rfm__schemes')
        ~ ' as known where known.scheme is not null)',
        "'the scheme is unknown'",
        'scheme',
        "'a scheme of rfm_schemes'"
    ) }}
    {%- endif %}
{%- endmacro %}
