{# Why a customer has this churn risk, in words: where they stand, then how many of those who were
   like them ordered again. `behaviour` is a relation with recency_days, interval_sum, day_intervals,
   expected_interval_days, expected_next_order_date, days_late, similar_customers,
   similar_customers_ordered, alike or alike_zh, and order_again_probability; `language` is en or
   zh. #}
{% macro churn_risk_reason(behaviour, language) -%}
    {%- set months = dbt_rfm.rfm_setting('rfm_outcome_months') | int -%}
    {%- set recency = dbt_rfm.as_text(behaviour ~ '.recency_days') -%}
    {%- set late = dbt_rfm.as_text(behaviour ~ '.days_late') -%}
    {%- set own = dbt_rfm.as_text(behaviour ~ '.day_intervals') -%}
    {%- set expected_date = dbt_rfm.as_text(behaviour ~ '.expected_next_order_date') -%}
    {%- set similar = dbt_rfm.as_text(behaviour ~ '.similar_customers') -%}
    {%- set ordered = dbt_rfm.as_text(behaviour ~ '.similar_customers_ordered') -%}
    {%- set chance = dbt_rfm.percent(behaviour ~ '.order_again_probability') -%}
    {#- The usual interval is the customer's own where there is one; the expected date is drawn
        towards that of all. -#}
    {%- set interval_days -%}
        cast(round(
            case
                when {{ behaviour }}.day_intervals = 0
                    then {{ behaviour }}.expected_interval_days
                else {{ dbt_rfm.divide_half_up(
                    behaviour ~ '.interval_sum', behaviour ~ '.day_intervals'
                ) | indent(16) }}
            end, 0
        ) as integer)
    {%- endset -%}
    {%- set interval = dbt_rfm.as_text(interval_days) -%}
    {%- if language == 'zh' -%}
    case
        when {{ behaviour }}.expected_interval_days is null
            then '没有客户在两个不同日期下过单，无法估算下单间隔'
        else
            case
                when {{ behaviour }}.recency_days = 0 then '今天下过单'
                else '最近一次下单在' || {{ recency }} || '天前'
            end
            || case
                when {{ behaviour }}.day_intervals = 0
                    then '，客户平均每' || {{ interval }} || '天下单一次'
                else
                    '，平均每' || {{ interval }} || '天下单一次（依据该客户'
                    || {{ own }} || '次下单间隔）'
            end
            || case
                when {{ behaviour }}.days_late > 0
                    then
                        '，预计下单时间为' || {{ expected_date }}
                        || '，已超期' || {{ late }} || '天'
                else '，未到预计下单时间（' || {{ expected_date }} || '）'
            end
    end
    || case
        when {{ behaviour }}.order_again_probability is null
            then '。数据中没有足够早的日期可供比较，无法估算再次下单的概率'
        when {{ behaviour }}.similar_customers = 0
            then
                '。以往没有情况相同的客户（' || {{ behaviour }}.alike_zh
                || '），按最接近的客户估算，{{ months }}个月内再次下单的概率为' || {{ chance }}
        else
            '。以往' || {{ similar }} || '位情况相同的客户（' || {{ behaviour }}.alike_zh
            || '）中，有' || {{ ordered }} || '位在{{ months }}个月内再次下单；结合相近客户估算，概率为'
            || {{ chance }}
    end
    {%- else -%}
    {%- set within = 'within ' ~ months ~ (' month' if months == 1 else ' months') -%}
    case
        when {{ behaviour }}.expected_interval_days is null
            then 'No customer has ordered on two different days, so no interval can be estimated'
        else
            case
                when {{ behaviour }}.recency_days = 0 then 'Ordered today'
                else
                    'Last order ' || {{ dbt_rfm.counted_days(behaviour ~ '.recency_days') }}
                    || ' ago'
            end
            || case
                when {{ behaviour }}.day_intervals = 0 then '; customers order every '
                else '; usually orders every '
            end
            || case
                when {{ interval_days }} = 1 then 'day'
                else {{ interval }} || ' days'
            end
            || case
                when {{ behaviour }}.day_intervals = 0 then ' on average'
                when {{ behaviour }}.day_intervals = 1 then ' (from 1 own interval)'
                else ' (from ' || {{ own }} || ' own intervals)'
            end
            || ', next order expected ' || {{ expected_date }} || ': '
            || case
                when {{ behaviour }}.days_late > 0
                    then {{ dbt_rfm.counted_days(behaviour ~ '.days_late') }} || ' late'
                else 'not late'
            end
    end
    || case
        when {{ behaviour }}.order_again_probability is null
            then '. The data hold no date early enough to see who orders again'
        when {{ behaviour }}.similar_customers = 0
            then
                '. There was no customer with ' || {{ behaviour }}.alike
                || '; by the groups closest to it, the probability of an order {{ within }} is '
                || {{ chance }}
        else
            '. Of ' || {{ similar }} || case
                when {{ behaviour }}.similar_customers = 1 then ' customer with '
                else ' customers with '
            end
            || {{ behaviour }}.alike || ', ' || {{ ordered }}
            || ' ordered again {{ within }}; with groups close to theirs, the probability is '
            || {{ chance }}
    end
    {%- endif -%}
{%- endmacro %}
