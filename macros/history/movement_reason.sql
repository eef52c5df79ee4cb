{# Why a customer moved from tier to tier, came or left, in words; null where they did not. `movements`
   has movement, is_contrary, first_order_date, last_order_date and changes, the words of the deciding
   metrics; tiers and previous_tiers have tier, label and label_zh; `language` is en or zh. #}
{% macro movement_reason(movements, tiers, previous_tiers, language) -%}
    {%- set column = movements ~ '.' -%}
    {%- set values = {
        'new': dbt_rfm.tier_label(tiers, language),
        'old': dbt_rfm.tier_label(previous_tiers, language),
        'first': dbt_rfm.as_text(column ~ 'first_order_date'),
        'last': dbt_rfm.as_text(column ~ 'last_order_date'),
        'changes': column ~ ('changes_zh' if language == 'zh' else 'changes'),
    } -%}
    {%- set words = {
        'new': ('New: first order on {first}.', '新客户：{first}首次下单。'),
        'returned': ('Back: ordered again on {last}.', '回归客户：{last}再次下单。'),
        'left': (
            'From {old} to not graded: no order since {last}.', '由{old}变为未评级：{last}之后未再下单。'
        ),
        'moved': ('From {old} to {new}: {changes}.', '由{old}变为{new}：{changes}。'),
        'better_ranked': (' Ranks higher but scores lower.', '等级排序靠前，但得分下降。'),
        'worse_ranked': (' Ranks lower but scores higher.', '等级排序靠后，但得分上升。'),
    } -%}
    {%- set index = 1 if language == 'zh' else 0 -%}
    case
        {%- for movement in ['new', 'returned', 'left'] %}
        when {{ column }}movement = '{{ movement }}'
            then {{ dbt_rfm.filled_in(words[movement][index], values) }}
        {%- endfor %}
        {%- for movement in ['better_ranked', 'worse_ranked'] %}
        when {{ column }}movement = '{{ movement }}' and {{ column }}is_contrary
            then {{ dbt_rfm.filled_in(words['moved'][index] ~ words[movement][index], values) }}
        {%- endfor %}
        when {{ column }}movement in ('better_ranked', 'worse_ranked')
            then {{ dbt_rfm.filled_in(words['moved'][index], values) }}
    end
{%- endmacro %}
