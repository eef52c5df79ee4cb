{# An insight in words. `insights` is a relation with kind, value, label, label_zh, tier, tier_share,
   all_share, lift and customers; `language` is en or zh. #}
{% macro insight_sentence(insights, language) -%}
    {%- set column = insights ~ '.' -%}
    {%- set tier_share = dbt_rfm.percent(column ~ 'tier_share') -%}
    {%- set all_share = dbt_rfm.percent(column ~ 'all_share') -%}
    {%- set lift = dbt_rfm.plain_decimal('round(' ~ column ~ 'lift, 2)') -%}
    {%- set customers = dbt_rfm.as_text(column ~ 'customers') -%}
    {%- if language == 'zh' -%}
    {{ dbt_rfm.tier_label(insights, 'zh') }} || '：' || {{ tier_share }}
    || case {{ column }}kind
        when 'repurchase' then '在统计窗口内复购'
        when 'category' then '最常买' || {{ column }}value
        when 'channel' then '主要通过' || {{ column }}value || '下单'
        when 'order_value_band' then '多数订单金额在' || {{ column }}value
        when 'discount_band' then '折扣率在' || {{ column }}value
        when 'hour_band' then '多在' || {{ column }}value || '下单'
    end
    || '（全体' || {{ all_share }} || coalesce('，提升度' || {{ lift }}, '')
    || '，依据' || {{ customers }} || '位客户）'
    {%- else -%}
    {{ dbt_rfm.tier_label(insights, 'en') }} || ': ' || {{ tier_share }}
    || case {{ column }}kind
        when 'repurchase' then ' ordered twice or more in the window'
        when 'category' then ' buy mostly ' || {{ column }}value
        when 'channel' then ' order mostly by ' || {{ column }}value
        when 'order_value_band' then ' spend mostly ' || {{ column }}value || ' an order'
        when 'discount_band' then ' buy at a discount of ' || {{ column }}value
        when 'hour_band' then ' order mostly at ' || {{ column }}value
    end
    || ' (all customers ' || {{ all_share }} || coalesce(', lift ' || {{ lift }}, '')
    || '; ' || {{ customers }} || ' customers)'
    {%- endif -%}
{%- endmacro %}
