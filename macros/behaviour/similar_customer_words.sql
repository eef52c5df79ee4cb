{# SQL expression: what similar customers have in common, in words. `classes` is a relation with
   order_days_band and wait_band; `language` is en or zh. #}
{% macro similar_customer_words(classes, language) -%}
    {%- set bounds = dbt_rfm.similar_customer_bounds() -%}
    {%- set is_zh = language == 'zh' -%}
    case {{ classes }}.order_days_band
        {%- for low in bounds.order_days %}
        {%- set high = loop.nextitem - 1 if not loop.last else none %}
        when {{ loop.index }} then '
        {%- if is_zh -%}
            {{ '只有' if high == 1 else '有' }}{{ low }}
            {{- '个或以上' if high is none else ('个' if high == low else '至' ~ high ~ '个') -}}
            下单日，已等待
        {%- else -%}
            {{ low }}
            {{- ' or more' if high is none else ('' if high == low
                else (' or ' if high == low + 1 else ' to ') ~ high) }} order day
            {{- '' if high == 1 else 's' }} who had waited{{ ' ' }}
        {%- endif -%}
        '
        {%- endfor %}
    end
    || case
        {%- for low in bounds.first_waits %}
        {%- set high = loop.nextitem - 1 if not loop.last else none %}
        when {{ classes }}.order_days_band = 1 and {{ classes }}.wait_band = {{ loop.index }}
            then '
            {%- if loop.first -%}
                {{ '不足' ~ (high + 1) ~ '天' if is_zh else 'less than ' ~ (high + 1) ~ ' days' }}
            {%- elif loop.last -%}
                {{ low ~ '天或以上' if is_zh else low ~ ' days or more' }}
            {%- else -%}
                {{ low ~ '至' ~ high ~ '天' if is_zh else low ~ ' to ' ~ high ~ ' days' }}
            {%- endif -%}
            '
        {%- endfor %}
        {%- for halves in bounds.waits %}
        {%- set low = halves // 2 %}
        {%- set high = none if loop.last else loop.nextitem // 2 %}
        when {{ classes }}.order_days_band > 1 and {{ classes }}.wait_band = {{ loop.index }}
            then '
            {%- if loop.first -%}
                {{ '不到平时下单间隔的一半' if is_zh else 'less than half their usual interval' }}
            {%- elif loop.last -%}
                {{ '平时下单间隔的' ~ low ~ '倍或以上' if is_zh
                    else low ~ ' times their usual interval or more' }}
            {%- elif low == 0 -%}
                {{ '平时下单间隔的一半至1倍' if is_zh else 'half to all of their usual interval' }}
            {%- else -%}
                {{ '平时下单间隔的' ~ low ~ '至' ~ high ~ '倍' if is_zh
                    else low ~ ' to ' ~ high ~ ' times their usual interval' }}
            {%- endif -%}
            '
        {%- endfor %}
    end
{%- endmacro %}
