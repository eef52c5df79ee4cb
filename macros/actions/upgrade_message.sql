{# What is missing to a better tier, in words. `upgrades` is a relation with orders_missing and
   amount_missing, whether each is near (is_near_by_orders, is_near_by_amount: only what is near is
   told), and the tiers that they reach with their labels; `language` is en or zh. #}
{% macro upgrade_message(upgrades, language) -%}
    {%- set column = upgrades ~ '.' -%}
    {%- set orders = dbt_rfm.plain_decimal(column ~ 'orders_missing') -%}
    {%- set amount = dbt_rfm.as_text(dbt_rfm.decimal(column ~ 'amount_missing', 28, 2)) -%}
    {%- set by_orders = dbt_rfm._reached_tier(upgrades, 'orders', language) -%}
    {%- set by_amount = dbt_rfm._reached_tier(upgrades, 'amount', language) -%}
    {%- set both_are_near = column ~ 'is_near_by_orders and ' ~ column ~ 'is_near_by_amount' -%}
    {%- set is_one_tier = column ~ 'tier_by_orders = ' ~ column ~ 'tier_by_amount' -%}
    {%- if language == 'zh' -%}
    case
        when {{ both_are_near }} and {{ is_one_tier }}
            then '再下' || {{ orders }} || '单或再消费' || {{ amount }}
                || '，即可升为' || {{ by_orders }}
        when {{ both_are_near }}
            then '再下' || {{ orders }} || '单即可升为' || {{ by_orders }}
                || '，再消费' || {{ amount }} || '即可升为' || {{ by_amount }}
        when {{ column }}is_near_by_orders
            then '再下' || {{ orders }} || '单，即可升为' || {{ by_orders }}
        else '再消费' || {{ amount }} || '，即可升为' || {{ by_amount }}
    end
    {%- else -%}
    {%- set is_one_order = column ~ 'orders_missing = 1' -%}
    {%- set more_orders -%}
    {{ orders }} || case when {{ is_one_order }} then ' more order' else ' more orders' end
    {%- endset -%}
    {%- set lift = 'case when ' ~ is_one_order ~ " then 'lifts' else 'lift' end" -%}
    case
        when {{ both_are_near }} and {{ is_one_tier }}
            then {{ more_orders }} || ', or ' || {{ amount }} || ' more spent, '
                || {{ lift }} || ' them to ' || {{ by_orders }}
        when {{ both_are_near }}
            then {{ more_orders }} || ' ' || {{ lift }} || ' them to ' || {{ by_orders }}
                || ', ' || {{ amount }} || ' more spent to ' || {{ by_amount }}
        when {{ column }}is_near_by_orders
            then {{ more_orders }} || ' ' || {{ lift }} || ' them to ' || {{ by_orders }}
        else {{ amount }} || ' more spent lifts them to ' || {{ by_amount }}
    end
    {%- endif -%}
{%- endmacro %}

{# The tier that more orders, or a larger amount, reach: B ("Medium-high value"), or the label alone
   where it is the same word as the name. #}
{% macro _reached_tier(upgrades, by, language) -%}
    {%- set tier = upgrades ~ '.tier_by_' ~ by -%}
    {%- if language == 'zh' -%}
    '“' || {{ upgrades }}.label_zh_by_{{ by }} || '”'
    {%- else -%}
    {%- set label = upgrades ~ '.label_by_' ~ by -%}
    case
        when replace(lower({{ label }}), ' ', '_') = replace(lower({{ tier }}), ' ', '_')
            then '"' || {{ label }} || '"'
        else {{ tier }} || ' ("' || {{ label }} || '")'
    end
    {%- endif -%}
{%- endmacro %}
