{# A query over the CTE `refused`, with lines of rfm_rejected_orders: one row a reason with
     reason, lines, amount    how many lines, and their money where it can be read, else null
     advice_sample            such as "2,200.50", or an empty text
     advice                   what to write in order to have the lines read
   The sample is of the kind of value that most of the reason's lines have, the smallest by bytes; with
   rfm_pseudonymise no id is shown. #}
{% macro rfm_refusals(refused) -%}
{%- set text = dbt.type_string() -%}
{%- set column_of = {'future_order': 'ordered_at', 'duplicate': 'order_id',
    'absurd_quantity': 'quantity', 'non_positive_quantity': 'quantity',
    'negative_amount': 'amount', 'rejected_status': 'order_status'} -%}
{%- set map = dbt_rfm.rfm_column_map('orders') -%}
{%- set kinds_of = {} -%}
{%- for reason in dbt_rfm.rfm_reject_reasons() -%}
    {%- do column_of.setdefault(reason, reason.split('_')[1:] | join('_')) -%}
    {%- if column_of[reason] not in map -%}
        {{- exceptions.raise_compiler_error(
            'rfm_refusals: found no column that a sample of reason "' ~ reason
            ~ '" is taken from; write it in column_of'
        ) -}}
    {%- endif -%}
    {%- if reason.split('_')[0] in ['unreadable', 'damaged'] -%}
        {#- The map has no such column where the cell is always blank. -#}
        {%- do kinds_of.update({reason: dbt_rfm.rfm_value_kinds(
            column_of[reason], map[column_of[reason]] or column_of[reason]
        )}) -%}
    {%- endif -%}
{%- endfor -%}
with reasons as (

    select
        reason,
        case reason
            {%- for reason, column in column_of.items() %}
            when '{{ reason }}' then {{ dbt_rfm.strip(column) }}
            {%- endfor %}
        end as found,
        {{ dbt_rfm.to_number('amount') }} as amount
    from {{ refused }}
    {{- dbt_rfm.computed_once() }}

),

kinds as (

    select
        reason,
        found,
        amount,
        case
            {%- for reason, kinds in kinds_of.items() %}
            when reason = '{{ reason }}'
                then
                    case
                        {%- for kind in kinds %}
                        when {{ dbt_rfm.matches('found', kind.pattern) }}
                            then {{ loop.index + (1000 if kind.is_unclear else 0) }}
                        {%- endfor %}
                        else 9999
                    end
            {%- endfor %}
            when found is null then 9999
            else 0
        end as kind
    from reasons
    {{- dbt_rfm.computed_once() }}

),

-- Amounts that cannot be read are as much as what is advised would make of them.
amounts as (

    select
        reason,
        found,
        kind,
        amount,
        case
            {%- for kind in dbt_rfm.rfm_value_kinds('amount', 'found') %}
            when reason = 'unreadable_amount' and kind = {{ loop.index }}
                then {{ kind.expressions.values() | first }}
            {%- endfor %}
        end as readable_amount
    from kinds
    {{- dbt_rfm.computed_once() }}

),

kind_sums as (

    select
        reason,
        kind,
        count(*) as lines,
        min({{ dbt_rfm.by_bytes('found') }}) as found,
        sum(coalesce(amount, {{ dbt_rfm.to_number('readable_amount') }})) as amount
    from amounts
    group by reason, kind

),

ranked as (

    select
        reason,
        kind,
        found,
        -- A kind of its own before one that may mean two things, and nothing known last.
        row_number() over (
            partition by reason
            order by
                case when kind < 1000 then 0 when kind < 9999 then 1 else 2 end,
                lines desc,
                kind
        ) as kind_number,
        sum(lines) over (partition by reason) as lines,
        sum(amount) over (partition by reason) as amount
    from kind_sums

)

select
    reason,
    kind,
    lines,
    amount,
    case
        {%- if dbt_rfm.rfm_setting('rfm_pseudonymise') %}
        when reason in ({{ dbt_rfm.text_list(
            column_of | list | select('in', dbt_rfm._reasons_with_ids(column_of))
        ) }}) then ''
        {%- endif %}
        when found is null then ', nothing is there'
        else ', such as "' || substr(found, 1, 60) || '"'
    end as advice_sample,
    case reason
        {%- for reason in dbt_rfm.rfm_reject_reasons() %}
        when '{{ reason }}'
            then
                {%- set advice = dbt_rfm._advice(reason, column_of[reason]) %}
                {%- if kinds_of[reason] %}
                case kind
                    {%- for kind in kinds_of[reason] %}
                    when {{ loop.index + (1000 if kind.is_unclear else 0) }}
                        then {{ dbt_rfm.text_literal(
                            dbt_rfm._advised_expressions(column_of[reason], kind) ~ advice[1]
                        ) }}
                    {%- endfor %}
                    else {{ dbt_rfm.text_literal(advice[0]) }}
                end
                {%- else %}
                {{ dbt_rfm.text_literal(advice[0]) }}
                {%- endif %}
        {%- endfor %}
    end as advice
from ranked
where kind_number = 1
{%- endmacro %}

{% macro _reasons_with_ids(column_of) %}
    {%- set reasons = [] -%}
    {%- for reason, column in column_of.items() if column.endswith('_id') -%}
        {%- do reasons.append(reason) -%}
    {%- endfor -%}
    {{- return(reasons) -}}
{% endmacro %}

{# rfm_order_columns with each expression of a kind, as YAML. #}
{% macro _advised_expressions(column, kind) %}
    {%- set written = [] -%}
    {%- for label, expression in kind.expressions.items() -%}
        {%- do written.append(
            'rfm_order_columns: {' ~ column ~ ': "' ~ expression | replace('\\', '\\\\')
            | replace('"', '\\"') ~ '"}' ~ (' ' ~ label if label else '')
        ) -%}
    {%- endfor -%}
    {{- return('write ' ~ written | join(' or ')) -}}
{% endmacro %}

{# What to do about a reason: by itself, and after an expression that is advised. #}
{% macro _advice(reason, column) %}
    {%- set own = 'a SQL expression in rfm_order_columns.' ~ column ~ ' that gives ' -%}
    {%- set damaged = 'export the ids as text again: a spreadsheet or a float has cut them; ids that'
        ~ ' look like this by nature need a letter in front, such as rfm_order_columns: {' ~ column
        ~ ': "\'id-\' || ' ~ column ~ '"}' -%}
    {%- set advices = {
        'missing_order_id': 'map the column that tells orders apart in rfm_order_columns.order_id',
        'missing_customer_id': 'map the column that tells customers apart in'
            ~ ' rfm_order_columns.customer_id; orders of guests belong to nobody and stay out',
        'damaged_order_id': damaged,
        'damaged_customer_id': damaged,
        'missing_ordered_at': 'map the column of the order\'s time in rfm_order_columns.ordered_at;'
            ~ ' in a glob, see that all files have it',
        'missing_amount': 'map the column of the amount paid in rfm_order_columns.amount; in a glob,'
            ~ ' see that all files have it',
        'unreadable_ordered_at': 'write ' ~ own ~ 'YYYY-MM-DD or YYYY-MM-DD HH:MM:SS',
        'unreadable_amount': 'write ' ~ own ~ 'plain numbers, such as 2200.50',
        'unreadable_quantity': 'write ' ~ own ~ 'whole numbers, such as 3',
        'rejected_status': 'see whether rfm_rejected_statuses names what it should',
        'future_order': 'see whether day and month are swapped; write rfm_latest_order_date: the last'
            ~ ' day of your data if it lies ahead',
        'negative_amount': 'write rfm_refunds: net to have refunds and discounts subtracted',
        'non_positive_quantity': 'write rfm_refunds: net to have returned pieces subtracted',
        'duplicate': 'where the table has one row an order line, map line_id in rfm_order_columns',
        'absurd_quantity': 'raise rfm_max_order_quantity',
    } -%}
    {%- if reason not in advices -%}
        {{- exceptions.raise_compiler_error(
            'rfm_refusals: found no advice for reason "' ~ reason ~ '"; write it in advices'
        ) -}}
    {%- endif -%}
    {{- return([
        advices[reason], '; ids that end otherwise are lost for good: export them as text'
        if reason.startswith('damaged') else ''
    ]) -}}
{% endmacro %}
