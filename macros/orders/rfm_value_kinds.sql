{# The kinds of text that cannot be read as a time, an amount, a number of pieces or an id, and how the
   user's own SQL expression of the column may read them. Returns a list of maps, in the order in
   which they are tried:
     pattern      the whole text, stripped, that is of this kind
     is_unclear   whether another kind that is found in the same column decides what is meant
     expressions  label -> SQL expression of text. Each changes only what it is meant for: text that
                  can be read already stays as it is, and other text, too. No step of it can stop a
                  query. They hold neither backslashes nor double quotes of their own, so that they
                  can be written into YAML between double quotes. #}
{% macro rfm_value_kinds(column, expression) %}
    {%- set is_name = modules.re.match('^[A-Za-z_][A-Za-z0-9_]*$', expression) -%}
    {%- set text = 'trim(cast(' ~ (expression if is_name else '(' ~ expression ~ ')') ~ ' as '
        ~ dbt.type_string() | lower ~ '))' -%}
    {%- if column == 'ordered_at' -%}
        {{- return(dbt_rfm._kinds_of_times(text)) -}}
    {%- elif column in ['amount', 'quantity'] -%}
        {{- return(dbt_rfm._kinds_of_numbers(text, column)) -}}
    {%- endif -%}
    {{- return(dbt_rfm._kinds_of_ids(text)) -}}
{% endmacro %}

{# One kind. `results` is label -> what text of the pattern `reads` becomes. #}
{% macro _kind(text, pattern, results, reads=none, is_unclear=false) %}
    {%- set expressions = {} -%}
    {%- for label, result in results.items() -%}
        {%- do expressions.update({label:
            'case when ' ~ dbt_rfm.matches(text, reads or pattern) ~ ' then ' ~ result
            ~ ' else ' ~ text ~ ' end'
        }) -%}
    {%- endfor -%}
    {{- return({
        'pattern': pattern, 'is_unclear': is_unclear, 'expressions': expressions,
    }) -}}
{% endmacro %}

{% macro _kinds_of_times(text) %}
    {%- set kinds = [] -%}
    {%- set number = '[0-9]{1,2}' -%}
    {%- set from_13 = '(1[3-9]|2[0-9]|3[01])' -%}
    {%- set clock = number ~ ':[0-9]{2}(:[0-9]{2})?' -%}
    {%- set fraction = '([.][0-9]+)?' -%}
    {%- set half_day = ' ?(0?[1-9]|1[0-2]):[0-9]{2}(:[0-9]{2})? ?[AaPp][Mm]' -%}
    {%- set iso_day = '[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}' -%}
    {%- set iso_time = iso_day ~ '[ T]' ~ clock ~ fraction -%}

    {#- Full-width characters; what they leave may be of another kind. -#}
    {%- do kinds.append(dbt_rfm._kind(
        text, '.*[０-９：－／．　].*',
        {'': "translate(" ~ text ~ ", '０１２３４５６７８９：－／．　', '0123456789:-/. ')"}
    )) -%}

    {#- Day, month and year, in the order of a country. -#}
    {%- for separator in ['/', '-', '.'] -%}
        {%- set between = '[' ~ separator ~ ']' -%}
        {%- for year in ['[0-9]{4}', '[0-9]{2}'] -%}
            {%- set year_length = 4 if '4' in year else 2 -%}
            {%- for is_half_day in [false, true] -%}
                {%- set tail = half_day if is_half_day
                    else '([ T]' ~ clock ~ (fraction if separator != '.' else '') ~ ')?' -%}
                {%- set parts = [] -%}
                {%- for part in [1, 2, 3] -%}
                    {%- do parts.append(
                        'split_part(' ~ text ~ ", '" ~ separator ~ "', " ~ part ~ ')'
                    ) -%}
                {%- endfor -%}
                {%- set time = 'substr(' ~ parts[2] ~ ', ' ~ (year_length + 1) ~ ')' -%}
                {%- set time = dbt_rfm._time_of_half_day(time) if is_half_day else time -%}
                {%- set full_year = ("'20' || " if year_length == 2 else '')
                    ~ 'substr(' ~ parts[2] ~ ', 1, ' ~ year_length ~ ')' -%}
                {%- set day_first = full_year ~ " || '-' || " ~ parts[1] ~ " || '-' || " ~ parts[0]
                    ~ ' || ' ~ time -%}
                {%- set month_first = full_year ~ " || '-' || " ~ parts[0] ~ " || '-' || "
                    ~ parts[1] ~ ' || ' ~ time -%}
                {%- set any = [number, number, year] | join(between) ~ tail -%}
                {%- do kinds.append(dbt_rfm._kind(
                    text, [from_13, number, year] | join(between) ~ tail, {'': day_first}, any
                )) -%}
                {%- do kinds.append(dbt_rfm._kind(
                    text, [number, from_13, year] | join(between) ~ tail, {'': month_first}, any
                )) -%}
                {#- With points the day stands first everywhere. -#}
                {%- do kinds.append(dbt_rfm._kind(
                    text, any,
                    {'': day_first} if separator == '.'
                    else {'where the day is first': day_first,
                          'where the month is first': month_first},
                    is_unclear=separator != '.'
                )) -%}
            {%- endfor -%}
        {%- endfor -%}
    {%- endfor -%}

    {#- Names of months: 5 Jan 2024, Jan 5, 2024 and 5-JAN-24, perhaps with a time. -#}
    {%- set months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] -%}
    {%- set numbered = [] -%}
    {%- for month in months -%}
        {%- do numbered.append(month ~ '%02d' % loop.index) -%}
    {%- endfor -%}
    {%- set name = '[A-Za-z]{3,9}[.]?' -%}
    {%- set words = "replace(replace(" ~ text ~ ", ',', ' '), '  ', ' ')" -%}
    {%- set dashed = "replace(" ~ text ~ ", '-', ' ')" -%}
    {%- for order in [
        {'pattern': name ~ ' ' ~ number ~ ',? ?[0-9]{4}( ' ~ clock ~ ')?', 'words': words, 'month': 1, 'day': 2},
        {'pattern': number ~ ' ' ~ name ~ ',? [0-9]{4}( ' ~ clock ~ ')?', 'words': words, 'month': 2, 'day': 1},
        {'pattern': number ~ '-' ~ name ~ '-([0-9]{2}|[0-9]{4})( ' ~ clock ~ ')?', 'words': dashed, 'month': 2, 'day': 1},
    ] -%}
        {%- set year = 'split_part(' ~ order.words ~ ", ' ', 3)" -%}
        {%- set month = 'lower(substr(split_part(' ~ order.words ~ ", ' ', " ~ order.month ~ '), 1, 3))' -%}
        {%- set known = numbered | join -%}
        {%- do kinds.append(dbt_rfm._kind(text, order.pattern, {'':
            'case length(' ~ year ~ ") when 2 then '20' else '' end || " ~ year ~ " || '-' || substr('"
            ~ known ~ "', position(" ~ month ~ " in '" ~ known ~ "') + 3, 2) || '-' || split_part("
            ~ order.words ~ ", ' ', " ~ order.day ~ ") || rtrim(' ' || split_part(" ~ order.words
            ~ ", ' ', 4))"
        })) -%}
    {%- endfor -%}

    {#- Chinese: 2024年1月5日, 2024年1月5日 10:30, 2024年1月5日10时30分. -#}
    {%- set chinese_day = '[0-9]{4}年[0-9]{1,2}月[0-9]{1,2}[日号]' -%}
    {%- set plain_day = "replace(replace(replace(replace(" ~ text
        ~ ", '年', '-'), '月', '-'), '日', ' '), '号', ' ')" -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, chinese_day ~ '( ?' ~ clock ~ fraction ~ ')?',
        {'': "trim(replace(" ~ plain_day ~ ", '  ', ' '))"}
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, chinese_day ~ ' ?' ~ number ~ '[时点][0-9]{1,2}分([0-9]{1,2}秒)?',
        {'': "split_part(" ~ plain_day ~ ", ' ', 1) || ' ' || "
            ~ dbt_rfm._chinese_clock("replace(trim(substr(" ~ plain_day ~ ", position(' ' in "
            ~ plain_day ~ "))), '点', '时')")}
    )) -%}

    {#- A zone after the time. -#}
    {%- for zone, length in {'Z': 1, ' ?UTC': 3, ' ?GMT': 3, '[+-][0-9]{2}': 3,
        ' ?[+-][0-9]{4}': 5, ' ?[+-][0-9]{2}:[0-9]{2}': 6}.items() -%}
        {%- set cut = 'trim(substr(' ~ text ~ ', 1, length(' ~ text ~ ') - ' ~ length ~ '))' -%}
        {%- set labels = {'to keep the hour as it is written, that of UTC': cut,
            'for a business in China': dbt_rfm._eight_hours_after(cut)}
            if zone in ['Z', ' ?UTC', ' ?GMT']
            else {'to keep the hour as it is written, your business\'s own': cut} -%}
        {%- do kinds.append(dbt_rfm._kind(text, iso_time ~ zone, labels)) -%}
    {%- endfor -%}

    {#- ISO but for one thing. -#}
    {%- do kinds.append(dbt_rfm._kind(
        text, iso_day ~ half_day,
        {'': "split_part(" ~ text ~ ", ' ', 1) || ' ' || "
            ~ dbt_rfm._time_of_half_day("substr(" ~ text ~ ", position(' ' in " ~ text ~ "))", '')}
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, '[0-9]{4}[.]' ~ number ~ '[.]' ~ number ~ '( ' ~ clock ~ ')?',
        {'': "replace(" ~ text ~ ", '.', '-')"}
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, iso_day ~ ' {2,}' ~ clock ~ fraction,
        {'': "split_part(" ~ text ~ ", ' ', 1) || ' ' || trim(substr(" ~ text
            ~ ", position(' ' in " ~ text ~ ")))"}
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, iso_day ~ '[ T]' ~ number, {'': text ~ " || ':00'"}
    )) -%}

    {#- Digits alone: days of a calendar, seconds of 1970, days of a spreadsheet. -#}
    {%- set day = 'substr(' ~ text ~ ", 1, 4) || '-' || substr(" ~ text
        ~ ", 5, 2) || '-' || substr(" ~ text ~ ', 7, 2)' -%}
    {%- set calendar_day = '(19|20)[0-9]{2}(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])' -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, calendar_day ~ '[ T]?([01][0-9]|2[0-3])[0-5][0-9][0-5][0-9]',
        {'': day ~ " || ' ' || substr(right(" ~ text ~ ", 6), 1, 2) || ':' || substr(right("
            ~ text ~ ", 6), 3, 2) || ':' || right(" ~ text ~ ', 2)'}
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, calendar_day ~ '[ T]?([01][0-9]|2[0-3])[0-5][0-9]',
        {'': day ~ " || ' ' || substr(right(" ~ text ~ ", 4), 1, 2) || ':' || right("
            ~ text ~ ', 2)'}
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(text, calendar_day ~ '([.]0*)?', {'': day})) -%}
    {%- for digits, length in {10: '10', 13: '10', 16: '10'}.items() -%}
        {%- set seconds = 'cast(substr(' ~ text ~ ', 1, ' ~ length ~ ') as bigint)' -%}
        {%- do kinds.append(dbt_rfm._kind(
            text, '[0-9]{' ~ digits ~ '}([.][0-9]*)?',
            {'in UTC': dbt_rfm.seconds_after('1970-01-01 00:00:00', seconds),
             'for a business in China': dbt_rfm.seconds_after('1970-01-01 08:00:00', seconds)}
        )) -%}
    {%- endfor -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, '[1-9][0-9]{4}([.][0-9]{0,15})?',
        {'': dbt_rfm.seconds_after(
            '1899-12-30 00:00:00',
            'cast(round(cast(' ~ text ~ ' as decimal(20, 15)) * 86400) as bigint)'
        )}
    )) -%}
    {{- return(kinds) -}}
{% endmacro %}

{# ' 1:05:09 PM' as ' 13:05:09'. #}
{% macro _time_of_half_day(time, before=' ') -%}
    {%- set clock = "trim(translate(upper(" ~ time ~ "), 'AMP', ''))" -%}
    {{ "'" ~ before ~ "' || " if before }}lpad(cast(mod(cast(split_part({{ clock }}, ':', 1) as integer), 12) + case when upper({{ time }}) like '%PM' then 12 else 0 end as {{ dbt.type_string() | lower }}), 2, '0') || substr({{ clock }}, position(':' in {{ clock }}))
{%- endmacro %}

{# '9时5分7秒' as '9:05:07'. #}
{% macro _chinese_clock(time) -%}
    {%- set minute = "split_part(split_part(" ~ time ~ ", '时', 2), '分', 1)" -%}
    {%- set second = "replace(split_part(" ~ time ~ ", '分', 2), '秒', '')" -%}
    split_part({{ time }}, '时', 1) || ':' || lpad({{ minute }}, 2, '0') || ':' || lpad({{ second }}, 2, '0')
{%- endmacro %}

{# A time, as text, eight hours later, as text; what is no time stays as it is. #}
{% macro _eight_hours_after(time) %}
    {{- return(adapter.dispatch('_eight_hours_after', 'dbt_rfm')(time)) -}}
{% endmacro %}

{% macro default___eight_hours_after(time) -%}
    coalesce(cast({{ dbt_rfm.to_timestamp(time) }} + interval '8' hour as {{ dbt.type_string() }}), {{ time }})
{%- endmacro %}

{% macro duckdb___eight_hours_after(time) -%}
    coalesce(cast(try_cast({{ time }} as timestamp) + interval '8' hour as text), {{ time }})
{%- endmacro %}

{% macro spark___eight_hours_after(time) -%}
    coalesce(cast(try_cast({{ time }} as timestamp_ntz) + interval '8' hour as string), {{ time }})
{%- endmacro %}

{% macro _kinds_of_numbers(text, column) %}
    {%- set kinds = [] -%}
    {%- set sign = '[+-]?' -%}
    {%- set thousands = '[1-9][0-9]{0,2}(,[0-9]{2,3})*,[0-9]{3}([.][0-9]*)?' -%}
    {%- set point_first = '(' ~ thousands ~ '|[0-9]+([.][0-9]*)?)' -%}
    {%- set comma_first = '([0-9]{1,3}([.][0-9]{3})+,[0-9]+|[0-9]+,[0-9]+)' -%}
    {%- set comma_only = '([0-9]{1,3}([.][0-9]{3})+(,[0-9]+)?|[0-9]+,[0-9]+)' -%}
    {%- set currency = '(¥|￥|[$]|€|£|US[$]|HK[$]|NT[$]|RMB|CNY|USD|EUR|HKD|TWD|元|圆|円|人民币)' -%}
    {%- set symbols = '¥￥$€£元圆円人民币RMBCNYUSDEHKTW ' -%}
    {%- set units = '(件|个|盒|只|台|套|瓶|包|双|条|pcs|pc|PCS)' -%}
    {%- set spaces = ' \u00a0\u202f\u2009' -%}

    {#- Full-width characters, perhaps with separators. -#}
    {%- do kinds.append(dbt_rfm._kind(
        text, '.*[０-９．，－].*',
        {'': "translate(" ~ text ~ ", '０１２３４５６７８９．－，,￥¥', '0123456789.-')"}
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, sign ~ thousands, {'': "replace(" ~ text ~ ", ',', '')"}
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, sign ~ comma_first,
        {'': "replace(replace(" ~ text ~ ", '.', ''), ',', '.')"}, sign ~ comma_only
    )) -%}
    {%- do kinds.append(dbt_rfm._kind(
        text, sign ~ '[0-9]{1,3}([' ~ spaces ~ '][0-9]{3})+([.,][0-9]+)?',
        {'': "replace(translate(" ~ text ~ ", '" ~ spaces ~ "', ''), ',', '.')"}
    )) -%}
    {%- for number, result in {
        point_first: "translate(" ~ text ~ ", '" ~ symbols ~ ",', '')",
        comma_first: "replace(translate(" ~ text ~ ", '" ~ symbols ~ ".', ''), ',', '.')",
    }.items() -%}
        {%- do kinds.append(dbt_rfm._kind(
            text,
            sign ~ '(' ~ currency ~ ' ?' ~ sign ~ number ~ '|' ~ number ~ ' ?' ~ currency ~ ')',
            {'': result}
        )) -%}
        {#- Accountants write negatives in brackets, some programs with the sign behind. -#}
        {%- do kinds.append(dbt_rfm._kind(
            text,
            '([(]' ~ currency ~ '? ?' ~ number ~ ' ?' ~ currency ~ '?[)]|' ~ currency ~ '?[(]'
            ~ number ~ '[)]|' ~ number ~ '-)',
            {'': "'-' || translate(" ~ result ~ ", '()-', '')"}
        )) -%}
    {%- endfor -%}
    {%- if column == 'quantity' -%}
        {%- do kinds.append(dbt_rfm._kind(
            text, sign ~ '[0-9]+([.]0*)? ?' ~ units,
            {'': "translate(" ~ text ~ ", '件个盒只台套瓶包双条pcsPCS ', '')"}
        )) -%}
    {%- endif -%}
    {{- return(kinds) -}}
{% endmacro %}

{# Of 17003.0 all digits are there; of 8.8E+12 they are lost. #}
{% macro _kinds_of_ids(text) %}
    {{- return([dbt_rfm._kind(
        text, '[0-9]+[.]0*', {'': "split_part(" ~ text ~ ", '.', 1)"}
    )]) -}}
{% endmacro %}
