{# A verdict on a scheme in words. `verdicts` is a relation as int_rfm__scheme_verdicts, with title
   and title_zh of the scheme and the labels of its tiers (largest_label, reversed_label,
   reversed_next_label, each with another one in _zh); `language` is en or zh. #}
{% macro fit_sentence(verdicts, language) -%}
    {%- set column = verdicts ~ '.' -%}
    {%- set months = dbt_rfm.rfm_setting('rfm_outcome_months') | int -%}
    {%- set ahead = months ~ ' months' if months > 1 else 'month' -%}
    {%- set day = dbt_rfm.as_text(column ~ 'as_of_date') -%}
    {%- set shown = {} -%}
    {%- for name in ['customers', 'buyers', 'non_buyers'] -%}
        {%- do shown.update({name: dbt_rfm.as_text(column ~ name)}) -%}
    {%- endfor -%}
    {%- for name in ['largest_tier_share', 'reversed_rate', 'reversed_next_rate'] -%}
        {%- do shown.update({name: dbt_rfm.percent(column ~ name)}) -%}
    {%- endfor -%}
    {%- for name in ['tier_gini', 'score_gini'] -%}
        {%- do shown.update({name: dbt_rfm.as_text(
            dbt_rfm.decimal('round(' ~ column ~ name ~ ', 3)', 9, 3)
        )}) -%}
    {%- endfor -%}
    {%- if language == 'zh' -%}
    '“' || {{ column }}title_zh || '”' || case
        when {{ column }}verdict = 'too_few'
            then '样本太少，暂不能判断：' || {{ day }} || '之后{{ months }}个月内，'
            || {{ shown.buyers }} || '位客户下单，' || {{ shown.non_buyers }}
            || '位未下单，两者各需至少100位'
        when {{ column }}verdict = 'cuts_do_not_fit' and {{ column }}is_one_tier
            then '的分档线不适合本店：' || {{ shown.largest_tier_share }} || '的客户都归入“'
            || {{ column }}largest_label_zh || '”'
        when {{ column }}verdict = 'cuts_do_not_fit'
            then '的分档线不适合本店：区分谁会再下单的基尼系数，得分为' || {{ shown.score_gini }}
            || '，分档后只剩' || {{ shown.tier_gini }}
        when {{ column }}verdict = 'rank_reversed'
            then '把“' || {{ column }}reversed_label_zh || '”排在“'
            || {{ column }}reversed_next_label_zh || '”之前，但之后{{ months }}个月内，前者有'
            || {{ shown.reversed_rate }} || '下单，后者有' || {{ shown.reversed_next_rate }}
        {%- for metric, words in {
            'recency': '最近一次下单的时间', 'frequency': '下单次数', 'monetary': '消费金额',
        }.items() %}
        when {{ column }}verdict = 'no_better_than_{{ metric }}'
            then '判断谁会再下单，并不比只看{{ words }}更准'
        {%- endfor %}
        else '判断谁会再下单，比只看最近一次下单的时间、下单次数或消费金额都更准'
    end
    || case
        when {{ column }}verdict = 'too_few' then ''
        else
            '（' || case when {{ column }}population = 'common' then '各方案都评级的' else '' end
            || {{ shown.customers }} || '位客户，其中' || {{ shown.buyers }} || '位下单）'
    end
    {%- else -%}
    '"' || {{ column }}title || '" ' || case
        when {{ column }}verdict = 'too_few'
            then 'cannot be judged yet: in the {{ ahead }} after '
            || {{ day }} || ', ' || {{ shown.buyers }}
            || case when {{ column }}buyers = 1 then ' customer' else ' customers' end
            || ' bought and ' || {{ shown.non_buyers }} || ' did not, and 100 of each are needed'
        when {{ column }}verdict = 'cuts_do_not_fit' and {{ column }}is_one_tier
            then 'has cuts that do not fit this shop: ' || {{ shown.largest_tier_share }}
            || ' of the customers are in one tier, ' || {{ column }}largest_label
        when {{ column }}verdict = 'cuts_do_not_fit'
            then 'has cuts that do not fit this shop: its score tells buyers from non-buyers with'
            || ' a Gini coefficient of ' || {{ shown.score_gini }} || ', its tiers with '
            || {{ shown.tier_gini }}
        when {{ column }}verdict = 'rank_reversed'
            then 'ranks ' || {{ column }}reversed_label || ' before '
            || {{ column }}reversed_next_label || ', but ' || {{ shown.reversed_rate }} || ' of the former and '
            || {{ shown.reversed_next_rate }}
            || ' of the latter bought in the {{ ahead }} after'
        {%- for metric in ['recency', 'frequency', 'monetary'] %}
        when {{ column }}verdict = 'no_better_than_{{ metric }}'
            then 'tells buyers from non-buyers no better than {{ metric }} alone'
        {%- endfor %}
        else 'tells buyers from non-buyers better than recency, frequency or monetary alone'
    end
    || case
        when {{ column }}verdict = 'too_few' then ''
        else
            ' (' || {{ shown.customers }} || ' customers'
            || case when {{ column }}population = 'common' then ' graded by all schemes' else '' end
            || ', ' || {{ shown.buyers }} || ' buyers)'
    end
    {%- endif -%}
{%- endmacro %}
