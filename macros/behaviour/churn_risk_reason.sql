{# Why a customer has this churn risk, in words. `behaviour` is a relation with recency_days,
   expected_interval_days, day_intervals and days_late; `language` is en or zh. #}
{% macro churn_risk_reason(behaviour, language) -%}
    {%- set recency = dbt_rfm.as_text(behaviour ~ '.recency_days') -%}
    {%- set late = dbt_rfm.as_text(behaviour ~ '.days_late') -%}
    {%- set own = dbt_rfm.as_text(behaviour ~ '.day_intervals') -%}
    {%- set interval_days -%}
        cast(round({{ behaviour }}.expected_interval_days, 0) as integer)
    {%- endset -%}
    {%- set interval = dbt_rfm.as_text(interval_days) -%}
    {%- if language == 'zh' -%}
    case
        when {{ behaviour }}.expected_interval_days is null
            then '没有客户在两天以上下过单，无法预期间隔'
        else
            '最近一次下单在' || {{ recency }} || '天前，预期间隔' || {{ interval }} || '天（'
            || case
                when {{ behaviour }}.day_intervals = 0 then '全体客户的平均值'
                else '自有间隔' || {{ own }} || '次'
            end
            || '）' || case
                when {{ behaviour }}.days_late > 0 then '，已晚' || {{ late }} || '天'
                else '，尚未到期'
            end
    end
    {%- else -%}
    case
        when {{ behaviour }}.expected_interval_days is null
            then 'No customer has ordered on two days, so no interval can be expected'
        else
            'Last order ' || {{ dbt_rfm.counted_days(behaviour ~ '.recency_days') }}
            || ' ago, expected after '
            || {{ dbt_rfm.counted_days(interval_days) }} || ' ('
            || case
                when {{ behaviour }}.day_intervals = 0 then 'the mean of all customers'
                else 'own intervals: ' || {{ own }}
            end
            || '): ' || case
                when {{ behaviour }}.days_late > 0
                    then {{ dbt_rfm.counted_days(behaviour ~ '.days_late') }} || ' late'
                else 'not late'
            end
    end
    {%- endif -%}
{%- endmacro %}
