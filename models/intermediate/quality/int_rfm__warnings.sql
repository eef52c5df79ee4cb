-- What a reader of the tables should know and no fault stops. A leaf of the graph, so that a build
-- of single tables does not run the test on it.

{%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
{%- set text = dbt.type_string() -%}
{%- set pseudonymises = dbt_rfm.rfm_setting('rfm_pseudonymise') -%}
{%- set allowed = dbt_rfm.rfm_setting('rfm_allowed_rejects') -%}
{%- set columns = dbt_rfm.rfm_order_columns('rejected_orders', are_read=false) -%}
{%- set stays = "coalesce(checked_lines.reject_reason, '') <> 'duplicate'" -%}
{%- set own_measures = dbt_rfm.own_measure_metrics() -%}
{#- What the rows of an input are called, and what each needs to be of use. -#}
{%- set attributes = {
    'customers': {
        'rows': 'rows of the customers input',
        'unused': 'rows of the customers input are not used',
        'needed': 'a customer needs a customer_id',
    },
    'contacts': {
        'rows': 'contacts',
        'unused': 'lines of the contact log are not counted',
        'needed': 'a contact needs contact_id, customer_id and a contacted_at that is a time',
    },
    'measures': {
        'rows': 'rows of the measures input',
        'unused': 'rows of the measures input are not used',
        'needed': 'a measure needs customer_id, a name of its own, a number, and a valid_from that is'
            ~ ' a time',
    },
} %}

with schemes as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_schemes') }}
    {%- if enabled is not none %}
    where scheme in ({{ dbt_rfm.text_list(enabled) }})
    {%- endif %}
),

as_of_dates as (
    select * from {{ ref('int_rfm__as_of_dates') }}
    where is_latest
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

customer_metrics as (
    select * from {{ ref('int_rfm__customer_metrics') }}
    where is_latest
),

all_orders as (select * from {{ ref('int_rfm__orders') }}),

orders as (
    select * from {{ ref('int_rfm__orders') }}
    where order_scope = '{{ dbt_rfm.rfm_all_lines() }}'
),

checked_lines as (select * from {{ ref('int_rfm__checked_lines') }}),

rejected_orders as (

    {{ dbt_rfm.rfm_rejected_lines() | indent(4) }}

),

customers as (select * from {{ ref('stg_rfm__customers') }}),

contacts as (select * from {{ ref('stg_rfm__contacts') }}),

measures as (select * from {{ ref('stg_rfm__measures') }}),

order_scopes as (

    select
        order_scope,
        min(order_date) as first_order_date,
        max(order_date) as last_order_date
    from all_orders
    where not is_refund
    group by order_scope

),

graded as (

    select
        scheme,
        as_of_date,
        count(*) as customers
    from customer_metrics
    group by scheme, as_of_date

),

scheme_runs as (

    select
        periods.scheme,
        periods.as_of_date,
        periods.window_start,
        coalesce(graded.customers, 0) as customers_graded,
        order_scopes.first_order_date,
        order_scopes.last_order_date
    from periods
    left join order_scopes
        on periods.order_scope = order_scopes.order_scope
    left join graded
        on
            periods.scheme = graded.scheme
            and periods.as_of_date = graded.as_of_date

),

customer_orders as (

    select
        customer_id,
        min(order_date) as first_date,
        max(last_line_date) as last_date,
        sum(lines) as lines,
        sum(case when is_refund then 0 else 1 end) as orders,
        sum(amount) as amount
    from orders
    group by customer_id

),

accepted as (

    select
        cast(min(first_date) as {{ text }}) as first_date,
        cast(max(last_date) as {{ text }}) as last_date,
        coalesce(sum(lines), 0) as lines,
        coalesce(sum(orders), 0) as orders,
        coalesce(sum(amount), 0) as amount,
        count(*) as customers,
        min({{ dbt_rfm.by_bytes('customer_id') }}) as customer_id
    from customer_orders

),

refusals as (

    {{ dbt_rfm.rfm_refusals('rejected_orders') | indent(4) }}

),

lines_read as (

    select accepted.lines + coalesce(sum(refusals.lines), 0) as lines
    from accepted
    left join refusals
        on 1 = 1
    group by accepted.lines

),

-- Copies beside the line that stays, which is the one without this reason.
copies as (

    select
        checked_lines.reject_reason,
        checked_lines.amount,
        checked_lines.quantity,
        checked_lines.line_id,
        max(case when {{ stays }} then checked_lines.amount end) over (
            partition by {{ dbt_rfm.rfm_line_key('checked_lines') | join(', ') }}
        ) as kept_amount,
        max(case when {{ stays }} then checked_lines.quantity end) over (
            partition by {{ dbt_rfm.rfm_line_key('checked_lines') | join(', ') }}
        ) as kept_quantity
    from checked_lines

),

differing_copies as (

    select
        count(*) as lines,
        sum(amount) as amount,
        min({{ dbt_rfm.by_bytes('line_id') }}) as line_id
    from copies
    where
        reject_reason = 'duplicate'
        and (amount <> kept_amount or quantity <> kept_quantity)

),

negative_lines as (

    select
        {%- for column in columns %}
        {{ column }} as {{ ['order_id', 'source_system'][loop.index0] }},
        {%- endfor %}
        {{ dbt_rfm.to_number('rejected_orders.amount') }} as amount
    from rejected_orders
    where rejected_orders.reason = 'negative_amount'

),

negative_orders as (

    select
        {%- for column in columns %}
        {{ ['order_id', 'source_system'][loop.index0] }},
        {%- endfor %}
        count(*) as lines,
        sum(amount) as amount,
        min(amount) as least_amount
    from negative_lines
    group by {{ ['order_id', 'source_system'][:columns | length] | join(', ') }}

),

positive_orders as (

    select distinct negative_orders.*
    from orders
    inner join negative_orders
        on
            {{ dbt_rfm.rfm_same_order('orders', 'negative_orders') | indent(12) }}
    where orders.amount > 0

),

discounts as (

    select
        coalesce(sum(lines), 0) as lines,
        sum(amount) as amount,
        min(least_amount) as sample_amount
    from positive_orders

),

large_customers as (

    select
        customer_orders.customer_id,
        customer_orders.orders,
        accepted.orders as all_orders,
        accepted.customers
    from customer_orders
    cross join accepted
    where
        20 * customer_orders.orders > accepted.orders
        and customer_orders.orders * accepted.customers > 100 * accepted.orders

),

{%- if own_measures %}

customers_by_measure as (

    {%- for metric in own_measures %}

    select
        scheme,
        as_of_date,
        '{{ metric }}' as metric,
        count(*) as customers,
        count(*) - count({{ metric }}) as lacking,
        min(case when {{ metric }} is null then {{ dbt_rfm.by_bytes('customer_id') }} end)
            as customer_id
    from {{ ref('int_rfm__graded_customers') }}
    where is_latest
    group by scheme, as_of_date
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

lacking_measures as (

    select
        customers_by_measure.scheme,
        customers_by_measure.as_of_date,
        scheme_metrics.metric_name as metric,
        customers_by_measure.customers,
        customers_by_measure.lacking,
        customers_by_measure.customer_id
    from customers_by_measure
    inner join {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
        on
            customers_by_measure.scheme = scheme_metrics.scheme
            and customers_by_measure.metric = scheme_metrics.metric

),
{%- endif %}
{%- for name in attributes %}

matched_{{ name }} as (

    select
        {{ name }}.customer_id,
        {{ name }}.reject_reason,
        case
            when {{ name }}.reject_reason is null and customer_orders.customer_id is not null
                then 1
            else 0
        end as is_matched
    from {{ name }}
    left join customer_orders
        on {{ name }}.customer_id = customer_orders.customer_id

),

{{ name }}_sums as (

    select
        count(*) as lines,
        coalesce(sum(is_matched), 0) as matched_lines,
        min(case
            when is_matched = 0 and reject_reason is null then {{ dbt_rfm.by_bytes('customer_id') }}
        end) as unmatched_id
    from matched_{{ name }}

),

unusable_{{ name }} as (

    select
        reject_reason,
        {%- if not pseudonymises %}
        min({{ dbt_rfm.by_bytes('customer_id') }}) as customer_id,
        {%- endif %}
        count(*) as lines
    from {{ name }}
    where reject_reason is not null
    group by reject_reason

),

unusable_{{ name }}_text as (

    select
        sum(lines) as lines,
        {{ dbt_rfm.joined_text(
            "cast(lines as " ~ text ~ ") || ' ' || reject_reason"
            ~ ("" if pseudonymises else
               " || case when reject_reason like '%customer_id' and customer_id is not null"
               ~ " then ', such as \"' || substr(customer_id, 1, 60) || '\"' else '' end"),
            "'; '",
            dbt_rfm.by_bytes('reject_reason')
        ) }} as reasons
    from unusable_{{ name }}

){{ ',' if not loop.last }}
{%- endfor %}

select
    'scheme ' || schemes.scheme || ' grades nobody: '
    || case
        when scheme_runs.scheme is null then 'all accepted order lines are refunds'
        else
            'its window goes from '
            || coalesce(cast(scheme_runs.window_start as {{ text }}), 'the first order')
            || ' to ' || cast(scheme_runs.as_of_date as {{ text }})
            || case
                when scheme_runs.first_order_date is null
                    then
                        ', and no order matches its filter (all lines: '
                        || accepted.first_date || ' to ' || accepted.last_date || ')'
                else
                    ', its orders from ' || cast(scheme_runs.first_order_date as {{ text }})
                    || ' to ' || cast(scheme_runs.last_order_date as {{ text }})
            end
    end
    || '; set rfm_as_of_date, or leave the scheme out with rfm_enabled_schemes' as message
from schemes
cross join accepted
left join as_of_dates
    on schemes.scheme = as_of_dates.scheme
left join scheme_runs
    on
        as_of_dates.scheme = scheme_runs.scheme
        and as_of_dates.as_of_date = scheme_runs.as_of_date
where coalesce(scheme_runs.customers_graded, 0) = 0
union all
select
    {{ dbt_rfm.lines_of_all('refusals.lines', 'lines_read.lines') }}
    || ' are refused as ' || refusals.reason || refusals.advice_sample
    || coalesce(
        '; their amounts sum to ' || {{ dbt_rfm.plain_decimal('refusals.amount') }}
        || ', those of all accepted lines to ' || {{ dbt_rfm.plain_decimal('accepted.amount') }},
        ''
    )
    || '; ' || refusals.advice
    || '; to be told from another share on, write rfm_allowed_rejects: {' || refusals.reason
    || ': <share>}' as message
from refusals
cross join lines_read
cross join accepted
where
    1000000 * refusals.lines > lines_read.lines * case refusals.reason
        {%- for reason, share in dbt_rfm.rfm_reject_reasons().items() %}
        when '{{ reason }}'
            then {{
                (1000000 * (allowed[reason] if reason in allowed else share) | float) | round | int
            }}
        {%- endfor %}
    end
union all
select
    {{ dbt_rfm.lines_of_all('differing_copies.lines', 'lines_read.lines') }}
    || ' are refused as duplicates of a line with another amount or quantity, such as one with'
    || ' line_id "' || differing_copies.line_id || '"; their amounts sum to '
    || {{ dbt_rfm.plain_decimal('differing_copies.amount') }}
    || '; line_id is not the number of the line: map a column that tells the lines of an order'
    || ' apart in rfm_order_columns.line_id, or several, such as'
    || {{ dbt_rfm.text_literal(
        ' "cast(line as varchar) || \'/\' || cast(product as varchar)"'
    ) }} as message
from differing_copies
cross join lines_read
where differing_copies.lines > 0
union all
select
    {{ dbt_rfm.lines_of_all('discounts.lines', 'lines_read.lines') }}
    || ' are refused as negative_amount beside other lines of their orders, such as "'
    || {{ dbt_rfm.plain_decimal('discounts.sample_amount') }} || '"; their amounts sum to '
    || {{ dbt_rfm.plain_decimal('discounts.amount') }}
    || ': these may be discounts or coupons, and without them customers seem to have paid more;'
    || ' write rfm_refunds: net to have them subtracted' as message
from discounts
cross join lines_read
-- A few may be refunds that were booked on the order they belong to.
where 100 * discounts.lines > lines_read.lines
union all
select
    'customer "' || large_customers.customer_id || '" has '
    || cast(large_customers.orders as {{ text }}) || ' of '
    || cast(large_customers.all_orders as {{ text }}) || ' orders ('
    || {{ dbt_rfm.percent(dbt_rfm.divide_half_up(
        dbt_rfm.decimal('large_customers.orders'), dbt_rfm.decimal('large_customers.all_orders')
    )) }}
    || '), more than 100 times the mean of ' || cast(large_customers.customers as {{ text }})
    || ' customers; if this is an account for guests, add its id with applies_to customer_id to a'
    || ' seed with the columns id and applies_to, and write'
    || ' rfm_policy: {rfm_placeholder_ids: <your seed>}' as message
from large_customers
{%- for name, words in attributes.items() %}
union all
select
    cast({{ name }}_sums.matched_lines as {{ text }}) || ' of '
    || cast({{ name }}_sums.lines as {{ text }}) || ' {{ words.rows }} ('
    || {{ dbt_rfm.percent(dbt_rfm.divide_half_up(
        dbt_rfm.decimal(name ~ '_sums.matched_lines'),
        dbt_rfm.decimal('greatest(' ~ name ~ '_sums.lines, 1)')
    )) }}
    || ') match a customer with orders'
    {%- if not pseudonymises %}
    || coalesce(
        ': such as "' || {{ name }}_sums.unmatched_id
        || '" does none, while orders have ids such as "' || accepted.customer_id || '"',
        ''
    )
    {%- endif %}
    || '; write the same id in rfm_{{ name[:-1] }}_columns.customer_id as in'
    || ' rfm_order_columns.customer_id' as message
from {{ name }}_sums
cross join accepted
where 2 * {{ name }}_sums.matched_lines < {{ name }}_sums.lines
union all
select
    cast(unusable_{{ name }}_text.lines as {{ text }}) || ' of '
    || cast({{ name }}_sums.lines as {{ text }})
    || ' {{ words.unused }} (' || unusable_{{ name }}_text.reasons
    || '): {{ words.needed }}'
    || '; placeholders are no ids, and damaged ids have to be exported as text again' as message
from unusable_{{ name }}_text
cross join {{ name }}_sums
where unusable_{{ name }}_text.lines > 0
{%- endfor %}
{%- if own_measures %}
union all
select
    cast(lacking_measures.lacking as {{ text }}) || ' of '
    || cast(lacking_measures.customers as {{ text }}) || ' customers of scheme '
    || lacking_measures.scheme || ' have no value of measure "' || lacking_measures.metric || '"'
    || ' in force on ' || cast(lacking_measures.as_of_date as {{ text }})
    {%- if not pseudonymises %}
    || ', such as "' || lacking_measures.customer_id || '"'
    {%- endif %}
    || ', and score 0 by it; write a row of theirs with a valid_from up to that day, or blank'
    as message
from lacking_measures
-- As many as may lack a customer_id.
where 20 * lacking_measures.lacking > lacking_measures.customers
{%- endif %}
