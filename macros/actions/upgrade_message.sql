{# What is missing to a better tier, in words. `upgrades` is a relation with orders_missing and
   amount_missing, whether each is near (is_near_by_orders, is_near_by_amount: only what is near is
   told), and the labels of the tiers that they reach; `language` is en or zh. #}
{% macro upgrade_message(upgrades, language) -%}
    {%- set column = upgrades ~ '.' -%}
    {%- set orders = dbt_rfm.plain_decimal(column ~ 'orders_missing') -%}
    {%- set amount = dbt_rfm.plain_decimal(column ~ 'amount_missing') -%}
    {%- set is_chinese = language == 'zh' -%}
    {{ "'还差：'" if is_chinese else "'Missing: '" }}
    || case
        when {{ column }}is_near_by_orders
            {%- if is_chinese %}
            then '再下' || {{ orders }} || '单升为 ' || {{ column }}label_zh_by_orders
            {%- else %}
            then {{ orders }}
                || case when {{ column }}orders_missing = 1 then ' order' else ' orders' end
                || ' to ' || {{ column }}label_by_orders
            {%- endif %}
        else ''
    end
    || case
        when {{ column }}is_near_by_orders and {{ column }}is_near_by_amount
            then '{{ '，或' if is_chinese else ', or ' }}'
        else ''
    end
    || case
        when {{ column }}is_near_by_amount
            {%- if is_chinese %}
            then '再消费' || {{ amount }} || '升为 ' || {{ column }}label_zh_by_amount
            {%- else %}
            then {{ amount }} || ' more spending to ' || {{ column }}label_by_amount
            {%- endif %}
        else ''
    end
{%- endmacro %}
