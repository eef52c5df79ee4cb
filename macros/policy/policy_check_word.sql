{# The check that a cell holds one of the allowed words. #}
{% macro policy_check_word(relation, seed, column, allowed_values, of="''", where='1 = 1') -%}
    {{ dbt_rfm.policy_check(
        relation,
        seed,
        '(' ~ column ~ ' is null or ' ~ column ~ ' not in ('
        ~ dbt_rfm.text_list(allowed_values) ~ ')) and ' ~ where,
        "'" ~ column ~ "' || " ~ of ~ " || ' is unknown'",
        column,
        "'" ~ allowed_values | join(', ') ~ "'"
    ) }}
{%- endmacro %}
