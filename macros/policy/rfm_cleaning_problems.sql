{# What is wrong with rfm_rejected_statuses and rfm_allowed_rejects: a list of messages. #}
{% macro rfm_cleaning_problems() %}
    {%- set problems = [] -%}
    {%- set statuses = var('rfm_rejected_statuses', none) -%}
    {%- set example = 'a list of texts, such as [cancelled, 交易关闭]' -%}
    {%- if statuses is not none and (statuses is string or statuses is mapping or statuses is not sequence) -%}
        {%- do problems.append(dbt_rfm._problem('rfm_rejected_statuses', statuses, example)) -%}
    {%- else -%}
        {%- for status in statuses or [] if status is not string or not status.strip() -%}
            {%- do problems.append(dbt_rfm._problem('rfm_rejected_statuses', status, example)) -%}
        {%- endfor -%}
    {%- endif -%}
    {%- if statuses and dbt_rfm.rfm_column_map('orders').order_status is none -%}
        {%- do problems.append(
            'var rfm_rejected_statuses: found "' ~ statuses
            ~ '" and no order_status in rfm_order_columns; write {order_status: <a column>} there'
        ) -%}
    {%- endif -%}

    {%- set allowed = var('rfm_allowed_rejects', none) -%}
    {%- set reasons = dbt_rfm.rfm_reject_reasons() | list -%}
    {%- if allowed is not none and allowed is not mapping -%}
        {%- do problems.append(dbt_rfm._problem(
            'rfm_allowed_rejects', allowed, 'a map, such as {duplicate: 0.3}'
        )) -%}
    {%- else -%}
        {%- for reason, share in (allowed or {}).items() -%}
            {%- if reason not in reasons -%}
                {%- do problems.append(
                    dbt_rfm._unknown_key('rfm_allowed_rejects', reason, reasons)
                ) -%}
            {%- elif not modules.re.match('^(0([.][0-9]{1,6})?|1([.]0{1,6})?)$', share | string)
                or share is boolean -%}
                {%- do problems.append(dbt_rfm._problem(
                    'rfm_allowed_rejects.' ~ reason, share,
                    'a share of the lines from 0 to 1, such as 0.05'
                )) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
    {{- return(problems) -}}
{% endmacro %}
