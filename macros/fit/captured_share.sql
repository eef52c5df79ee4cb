{# SQL expression: of a group, what the best so many tenths of all customers have of a measure
   (buyers or revenue), where the group is the one that they end in: of it they have a share pro
   rata. The dividend and divisor are whole numbers. Columns as best_first gives them. #}
{% macro captured_share(measure, tenths) -%}
    {%- set whole = {} -%}
    {%- for name in [measure, measure ~ '_above', 'all_' ~ measure] -%}
        {%- do whole.update({name: (
            dbt_rfm.in_millionths(name) if measure == 'revenue' else dbt_rfm.wide_integer(name)
        )}) -%}
    {%- endfor -%}
    {%- do return({
        'dividend': '10 * ' ~ dbt_rfm.wide_integer('customers') ~ ' * ' ~ whole[measure ~ '_above']
            ~ ' + (' ~ tenths ~ ' * all_customers - 10 * customers_above) * ' ~ whole[measure],
        'divisor': '10 * ' ~ dbt_rfm.wide_integer('customers') ~ ' * ' ~ whole['all_' ~ measure],
    }) -%}
{%- endmacro %}
