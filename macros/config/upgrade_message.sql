{# What is missing to a better tier, in words. `upgrades` is a relation as int_rfm__upgrades; `language`
   is en or zh. #}
{% macro upgrade_message(upgrades, language) -%}
    {%- set column = upgrades ~ '.' -%}
    {%- set orders = dbt_rfm.plain_decimal(column ~ 'orders_missing') -%}
    {%- set amount = dbt_rfm.plain_decimal(column ~ 'amount_missing') -%}
    {%- set is_chinese = language == 'zh' -%}
    {{ "'还差：'" if is_chinese else "'Missing: '" }}
    || coalesce(
        {%- if is_chinese %}
        '再下' || {{ orders }} || '单升为 ' || {{ column }}tier_by_orders
        {%- else %}
        {{ orders }} || case when {{ column }}orders_missing = 1 then ' order' else ' orders' end
        || ' to ' || {{ column }}tier_by_orders
        {%- endif %},
        ''
    )
    || case
        when {{ column }}orders_missing is not null and {{ column }}amount_missing is not null
            then '{{ '，或' if is_chinese else ', or ' }}'
        else ''
    end
    || coalesce(
        {%- if is_chinese %}
        '再消费' || {{ amount }} || '升为 ' || {{ column }}tier_by_amount
        {%- else %}
        {{ amount }} || ' more spending to ' || {{ column }}tier_by_amount
        {%- endif %},
        ''
    )
{%- endmacro %}
