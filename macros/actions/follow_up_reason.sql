{# Why a customer is to be contacted, in words: the cadence of the tier or the first order, the last
   contact, what is owed, and what to know of the customer. `follow_ups` is a relation as
   int_rfm__follow_ups, with churn_risk_label, churn_risk_label_zh and membership_level; `language` is
   en or zh. #}
{% macro follow_up_reason(follow_ups, language) -%}
    {%- set column = follow_ups ~ '.' -%}
    {%- set is_chinese = language == 'zh' -%}
    {%- set last_date = dbt_rfm.as_text('cast(' ~ column ~ 'last_contacted_at as date)') -%}
    {%- set first_date = dbt_rfm.as_text(column ~ 'first_order_date') -%}
    {%- set welcome_date = dbt_rfm.as_text(column ~ 'owed_welcome_date') -%}
    {%- set owed = dbt_rfm.as_text(column ~ 'contacts_owed_min') -%}
    {%- if is_chinese -%}
    case
        when {{ column }}tier is null then '尚未分级：' || {{ first_date }} || '首次下单'
        else {{ dbt_rfm._cadence_zh(column) | indent(8) }}
    end
    || '；' || coalesce('最近联系于' || {{ last_date }}, '尚未联系过')
    || case
        when {{ column }}days_overdue > 365 then '，逾期一年以上'
        when {{ column }}days_overdue > 0
            then '，逾期' || {{ dbt_rfm.as_text(column ~ 'days_overdue') }} || '天'
        else ''
    end
    || '；' || case
        when {{ column }}owed_welcome_date = {{ column }}next_contact_due_date
            then '新客户，应在' || {{ welcome_date }} || '前联系'
        when {{ column }}contacts_owed_min > 0 then '本周期还需联系' || {{ owed }} || '次'
        when {{ column }}tier is null then '首次联系已完成'
        else '本周期已完成'
    end
    || coalesce('；' || {{ column }}churn_risk_label_zh, '')
    || coalesce('；会员等级：' || {{ column }}membership_level, '')
    {%- else -%}
    case
        when {{ column }}tier is null then 'Not graded yet: first order on ' || {{ first_date }}
        else {{ dbt_rfm._cadence_en(column) | indent(8) }}
    end
    || '; ' || coalesce('last contact ' || {{ last_date }}, 'never contacted')
    || case
        when {{ column }}days_overdue > 365 then ', more than a year overdue'
        when {{ column }}days_overdue > 0
            then ', ' || {{ dbt_rfm.counted_days(column ~ 'days_overdue') }} || ' overdue'
        else ''
    end
    || '; ' || case
        when {{ column }}owed_welcome_date = {{ column }}next_contact_due_date
            then 'new customer, to be contacted by ' || {{ welcome_date }}
        when {{ column }}contacts_owed_min > 0
            then {{ owed }} || ' more '
                || case when {{ column }}contacts_owed_min = 1 then 'contact' else 'contacts' end
                || ' due ' || {{ dbt_rfm._this_round_en(column) | indent(16) }}
        when {{ column }}tier is null then 'contacted since'
        else 'done ' || {{ dbt_rfm._this_round_en(column) | indent(8) }}
    end
    || coalesce('; ' || {{ column }}churn_risk_label, '')
    || coalesce('; member level ' || {{ column }}membership_level, '')
    {%- endif -%}
{%- endmacro %}

{# High value: 1 to 2 contacts every 6 months #}
{% macro _cadence_en(column) -%}
coalesce({{ column }}label, {{ column }}tier)
|| ': ' || {{ dbt_rfm.as_text(column ~ 'contacts_min') }}
|| case
    when {{ column }}contacts_max > {{ column }}contacts_min
        then ' to ' || {{ dbt_rfm.as_text(column ~ 'contacts_max') }}
    else ''
end
|| case when {{ column }}contacts_max = 1 then ' contact' else ' contacts' end
|| case
    when {{ column }}every_n = 1 then ' a ' || {{ column }}period
    else ' every ' || {{ dbt_rfm.as_text(column ~ 'every_n') }} || ' ' || {{ column }}period || 's'
end
{%- endmacro %}

{# 高价值客户：每6个月联系1至2次 #}
{% macro _cadence_zh(column) -%}
coalesce({{ column }}label_zh, {{ column }}label, {{ column }}tier)
|| '：每'
|| case when {{ column }}every_n = 1 then '' else {{ dbt_rfm.as_text(column ~ 'every_n') }} end
|| case {{ column }}period
    when 'day' then '天'
    when 'week' then '周'
    when 'month' then case when {{ column }}every_n = 1 then '月' else '个月' end
    when 'quarter' then case when {{ column }}every_n = 1 then '季度' else '个季度' end
    when 'year' then '年'
end
|| '联系' || {{ dbt_rfm.as_text(column ~ 'contacts_min') }}
|| case
    when {{ column }}contacts_max > {{ column }}contacts_min
        then '至' || {{ dbt_rfm.as_text(column ~ 'contacts_max') }}
    else ''
end
|| '次'
{%- endmacro %}

{# this month, or in these 6 months #}
{% macro _this_round_en(column) -%}
case
    when {{ column }}every_n = 1 and {{ column }}period = 'day' then 'today'
    when {{ column }}every_n = 1 then 'this ' || {{ column }}period
    else
        'in these ' || {{ dbt_rfm.as_text(column ~ 'every_n') }} || ' ' || {{ column }}period || 's'
end
{%- endmacro %}
