{# Why the score of a metric changed, in words. `changes` is a relation as int_rfm__score_changes;
   `language` is en or zh. #}
{% macro score_change_words(changes, language) -%}
    {%- set column = changes ~ '.' -%}
    {%- set metrics = {
        'recency': ('recency', '近度'),
        'frequency': ('frequency', '频度'),
        'monetary': ('spending', '消费金额'),
        'quantity': ('pieces', '购买件数'),
        'average_order_value': ('average order value', '客单价'),
    } -%}
    {%- set own_measures = dbt_rfm.own_measure_metrics() -%}
    {%- for metric in own_measures -%}
        {%- do metrics.update({metric: ('{name}', '{name}')}) -%}
    {%- endfor -%}
    {#- In the two languages: what is said of a metric and cause, of its own figures first. Words in
        braces are put in. -#}
    {%- set from_to = ('{metric} from {old} to {new}', '{metric}由{old}变为{new}') -%}
    {%- set from_to_rounded = (
        '{metric} from {old_rounded} to {new_rounded}', '{metric}由{old_rounded}变为{new_rounded}'
    ) -%}
    {%- set words = {
        ('recency', 'time_passed'): ('no order for {new}{days}', '已{new}天未下单'),
        ('recency', 'own_orders'): ('ordered again on {date}', '{date}再次下单'),
        ('recency', 'too_long_ago'): (
            'last order {new}{days} ago, on {date}', '最近一次下单在{new}天前（{date}）'
        ),
        ('frequency', 'own_orders'): ('{came}{came_orders}', '新增{came}笔订单'),
        ('frequency', 'left_the_window'): (
            '{went}{went_orders} left the window', '有{went}笔较早订单移出统计窗口'
        ),
    } -%}
    {#- An average has six decimals, of which two say enough. -#}
    {%- for metric in metrics if metric not in ['recency', 'frequency'] + own_measures -%}
        {%- set from_to = from_to_rounded if metric == 'average_order_value' else from_to -%}
        {%- do words.update({
            (metric, 'own_orders'): from_to,
            (metric, 'left_the_window'): (
                from_to[0] ~ ', as older orders left the window',
                '较早订单移出统计窗口，' ~ from_to[1],
            ),
        }) -%}
    {%- endfor -%}
    {%- for metric in ['monetary', 'quantity'] -%}
        {%- do words.update({
            (metric, 'refunds_left'): (
                from_to[0] ~ ', as older refunds left the window',
                '较早退款移出统计窗口，' ~ from_to[1],
            ),
        }) -%}
    {%- endfor -%}
    {%- for metric in own_measures -%}
        {%- do words.update({
            (metric, 'own_value'): (
                '{metric} from {old_or_none} to {new_or_none}',
                '{metric}由{old_or_none}变为{new_or_none}',
            ),
        }) -%}
    {%- endfor -%}
    {%- set index = 1 if language == 'zh' else 0 -%}
    {%- set none_text = ", '" ~ ['none', '无'][index] ~ "')" -%}
    {%- set gone -%}
        ({{ column }}value_since - {{ column }}value + {{ column }}previous_value)
    {%- endset -%}
    {%- set values = {
        'old': dbt_rfm.plain_decimal(column ~ 'previous_value'),
        'new': dbt_rfm.plain_decimal(column ~ 'value'),
        'old_rounded': dbt_rfm.plain_decimal('round(' ~ column ~ 'previous_value, 2)'),
        'new_rounded': dbt_rfm.plain_decimal('round(' ~ column ~ 'value, 2)'),
        'name': column ~ 'metric_name',
        'old_or_none':
            'coalesce(' ~ dbt_rfm.plain_decimal(column ~ 'previous_value') ~ none_text,
        'new_or_none': 'coalesce(' ~ dbt_rfm.plain_decimal(column ~ 'value') ~ none_text,
        'date': dbt_rfm.as_text(column ~ 'last_order_date'),
        'came': dbt_rfm.plain_decimal(column ~ 'value_since'),
        'went': dbt_rfm.plain_decimal(gone),
        'days': 'case when ' ~ column ~ "value = 1 then ' day' else ' days' end",
        'came_orders':
            'case when ' ~ column ~ "value_since = 1 then ' new order' else ' new orders' end",
        'went_orders': 'case when ' ~ gone ~ " = 1 then ' older order' else ' older orders' end",
        'old_cut': dbt_rfm.plain_decimal(column ~ 'previous_cut'),
        'new_cut': dbt_rfm.plain_decimal(column ~ 'cut'),
        'old_score': dbt_rfm.plain_decimal('round(' ~ column ~ 'previous_score, 4)'),
        'new_score': dbt_rfm.plain_decimal('round(' ~ column ~ 'score, 4)'),
    } -%}
    {#- The first that holds. An order since may be too old by now for the score of before. -#}
    {%- set conditions = {
        'time_passed': column ~ "cause = 'time_passed'",
        'too_long_ago':
            column ~ "cause = 'own_orders' and " ~ column ~ 'score < ' ~ column ~ 'previous_score',
        'own_orders': column ~ "cause = 'own_orders'",
        'own_value': column ~ "cause = 'own_value'",
        'refunds_left': column ~ "cause = 'left_the_window' and " ~ gone ~ ' < 0',
        'left_the_window': column ~ "cause = 'left_the_window'",
    } -%}
    {#- No cut lies there, or it did not move. -#}
    {%- set is_scale -%}
        ({{ column }}previous_cut is null
        or {{ column }}cut is null
        or {{ column }}cut = {{ column }}previous_cut)
    {%- endset %}
    case
        {%- for metric, names in metrics.items() %}
        {%- for cause, condition in conditions.items() if (metric, cause) in words %}
        when {{ column }}metric = '{{ metric }}' and {{ condition }}
            then {{ dbt_rfm.filled_in(
                words[(metric, cause)][index] | replace('{metric}', names[index]), values
            ) }}
        {%- endfor %}
        {%- endfor %}
        when {{ column }}cause = 'tie'
            then {{ dbt_rfm.text_literal(
                ['equal values at the cut, assigned by customer number',
                 '数值恰在分档线上，按客户编号划分'][index]
            ) }}
        else
            {#- A figure that moved, too, is said first: the cut alone would read as if the customer
                had done nothing. #}
            case
                {%- for metric, names in metrics.items() %}
                {%- set from_to = words.get(
                    (metric, 'own_value'),
                    from_to_rounded if metric == 'average_order_value' else from_to
                ) %}
                {%- set unit = ['{days}', '天'][index] if metric == 'recency' else '' %}
                when
                    {{ column }}metric = '{{ metric }}'
                    {%- if metric in own_measures %}
                    and {{ values['new_or_none'] }} <> {{ values['old_or_none'] }}
                    {%- else %}
                    and {{ column }}value <> {{ column }}previous_value
                    {%- endif %}
                    then {{ dbt_rfm.filled_in(
                        from_to[index] | replace('{metric}', names[index])
                        ~ unit ~ [', and ', '，且'][index],
                        values
                    ) }}
                {%- endfor %}
                when {{ is_scale }} then ''
                else {{ dbt_rfm.text_literal(['own figure unchanged, ', '本人数据未变，'][index]) }}
            end
            || case
                when {{ is_scale }}
                    then {{ dbt_rfm.text_literal(
                        ["other customers' figures moved the scale", '因其他客户变化，评分尺度移动'][index]
                    ) }}
                else {{ dbt_rfm.filled_in(
                    ["other customers' figures moved the cut from {old_cut} to {new_cut}",
                     '因其他客户变化，分档线由{old_cut}移至{new_cut}'][index],
                    values
                ) }}
            end
    end
    || case {{ column }}metric
        {%- for metric, names in metrics.items() %}
        when '{{ metric }}'
            then {{ dbt_rfm.filled_in(
                ['; ' ~ names[0] ~ ' score {old_score} to {new_score}',
                 '，' ~ names[1] ~ '得分由{old_score}变为{new_score}'][index],
                values
            ) }}
        {%- endfor %}
    end
{%- endmacro %}
