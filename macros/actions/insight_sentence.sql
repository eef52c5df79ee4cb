{# An insight in words. `insights` is a relation with kind, value, its value_label, value_label_zh,
   phrase and phrase_zh (null where there is none), label, label_zh, tier, tier_share, all_share,
   lift and customers; `language` is en or zh. #}
{% macro insight_sentence(insights, language) -%}
    {%- set column = insights ~ '.' -%}
    {%- set days = dbt_rfm.rfm_setting('rfm_insight_recency_days') -%}
    {%- set tier_share = dbt_rfm.percent(column ~ 'tier_share') -%}
    {%- set all_share = dbt_rfm.percent(column ~ 'all_share') -%}
    {%- set lift = dbt_rfm.as_text(
        dbt_rfm.decimal('round(' ~ column ~ 'lift, 2)', 28, 2)
    ) -%}
    {%- set customers = dbt_rfm.as_text(column ~ 'customers') -%}
    {%- set labels = [column ~ 'value_label', column ~ 'value'] -%}
    {%- if language == 'zh' -%}
    {%- set label = 'coalesce(' ~ ([column ~ 'value_label_zh'] + labels) | join(', ') ~ ')' -%}
    {{ dbt_rfm.tier_label(insights, 'zh') }} || '：' || {{ tier_share }}
    || case {{ column }}kind
        when 'repurchase' then '在统计窗口内复购'
        when 'recency' then '已超过{{ days }}天未下单'
        when 'category' then '最常买' || {{ column }}value
        when 'channel'
            then '主要' || coalesce({{ column }}phrase_zh, '通过' || {{ label }}) || '下单'
        when 'order_value_band' then '订单金额多在“' || {{ label }} || '”区间'
        when 'discount_band'
            then '所享' || coalesce(
                {{ column }}value_label_zh, {{ column }}value_label, '优惠幅度' || {{ column }}value
            )
        when 'price_sensitivity'
            then '价格敏感度' || case {{ column }}value
                when 'low' then '低'
                when 'medium' then '中等'
                when 'high' then '高'
                else {{ column }}value
            end
        when 'hour_band' then '多在' || {{ column }}value || '下单'
    end
    || '（全体' || {{ all_share }} || '，提升度' || {{ lift }}
    || '，依据' || {{ customers }} || '位客户）'
    {%- else -%}
    {%- set label = 'coalesce(' ~ labels | join(', ') ~ ')' -%}
    {{ dbt_rfm.tier_label(insights, 'en') }} || ': ' || {{ tier_share }}
    || case {{ column }}kind
        when 'repurchase' then ' ordered twice or more in the window'
        when 'recency'
            then ' have not ordered for more than {{ days }} day{{ 's' if days | int > 1 }}'
        when 'category' then ' mostly buy ' || {{ column }}value
        when 'channel' then ' order mostly ' || coalesce({{ column }}phrase, 'via ' || {{ label }})
        when 'order_value_band' then ' mostly place orders of ' || {{ label }}
        when 'discount_band'
            then ' buy at a ' || coalesce(
                {{ column }}value_label, 'discount of ' || {{ column }}value
            )
        when 'price_sensitivity' then ' have ' || {{ column }}value || ' price sensitivity'
        when 'hour_band' then ' order mostly at ' || {{ column }}value
    end
    || ' (all customers ' || {{ all_share }} || ', lift ' || {{ lift }}
    || '; ' || {{ customers }} || ' customers)'
    {%- endif -%}
{%- endmacro %}
