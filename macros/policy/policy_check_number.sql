{# The check that a cell, whose typed value stands in `column` and whose text in `column`_text, holds
   what it should. `valid` is a SQL condition over the typed value. #}
{% macro policy_check_number(
    relation, seed, column, valid, allowed, of="''", is_optional=false, where='1 = 1'
) -%}
    {{ dbt_rfm.policy_check(
        relation,
        seed,
        '(' ~ column ~ '_text is not null'
        ~ (' and ' if is_optional else ' or 1 = 1) and (')
        ~ '(' ~ column ~ ' is null or not (' ~ valid ~ '))) and ' ~ where,
        "'" ~ column ~ "' || " ~ of ~ " || ' is out of place'",
        column ~ '_text',
        "'" ~ allowed ~ "'"
    ) }}
{%- endmacro %}
