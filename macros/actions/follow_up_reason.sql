{# Why a customer is to be contacted, in words: the cadence of the tier, the last contact, what is owed.
   `follow_ups` is a relation as int_rfm__follow_ups; `language` is en or zh. #}
{% macro follow_up_reason(follow_ups, language) -%}
    {%- set periods = {
        'day': '天', 'week': '周', 'month': '个月', 'quarter': '个季度', 'year': '年',
    } -%}
    {%- set column = follow_ups ~ '.' -%}
    {%- set label = 'coalesce(' ~ column ~ 'label' ~ ('_zh, ' if language == 'zh' else ', ')
        ~ column ~ 'tier)' -%}
    {%- set least = dbt_rfm.as_text(column ~ 'contacts_min') -%}
    {%- set most = dbt_rfm.as_text(column ~ 'contacts_max') -%}
    {%- set every = dbt_rfm.as_text(column ~ 'every_n') -%}
    {%- set last_date = dbt_rfm.as_text('cast(' ~ column ~ 'last_contacted_at as date)') -%}
    {%- set overdue = dbt_rfm.as_text(column ~ 'days_overdue') -%}
    {%- set owed = dbt_rfm.as_text(column ~ 'contacts_owed_min') -%}
    {%- if language == 'zh' -%}
    {{ label }} || '：每' || {{ every }}
    || case {{ column }}period
        {%- for period, word in periods.items() %}
        when '{{ period }}' then '{{ word }}'
        {%- endfor %}
    end
    || '联系' || {{ least }}
    || case
        when {{ column }}contacts_max > {{ column }}contacts_min then '至' || {{ most }} else ''
    end
    || '次；'
    || coalesce('最近联系 ' || {{ last_date }}, '从未联系')
    || case
        when {{ column }}days_overdue > 0 then '，逾期' || {{ overdue }} || '天'
        else ''
    end
    || '；本期还欠' || {{ owed }} || '次'
    {%- else -%}
    {{ label }} || ': ' || {{ least }}
    || case
        when {{ column }}contacts_max > {{ column }}contacts_min then ' to ' || {{ most }} else ''
    end
    || case when {{ column }}contacts_max = 1 then ' contact' else ' contacts' end
    || case
        when {{ column }}every_n = 1 then ' a ' || {{ column }}period
        else ' every ' || {{ every }} || ' ' || {{ column }}period || 's'
    end
    || '; '
    || coalesce('last contact ' || {{ last_date }}, 'never contacted')
    || case
        when {{ column }}days_overdue > 0 then ', ' || {{ dbt_rfm.counted_days(column ~ 'days_overdue') }} || ' overdue'
        else ''
    end
    || '; still owed in this round: ' || {{ owed }}
    {%- endif -%}
{%- endmacro %}
