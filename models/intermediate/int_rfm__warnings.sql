{{ config(materialized='view') }}

-- What a reader of the tables should know and no fault stops. A leaf of the graph, so that a build
-- of single tables does not run the test on it.

{%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
{%- set text = dbt.type_string() %}

with schemes as (

    select * from {{ ref('stg_rfm__schemes') }}
    {%- if enabled is not none %}
    where scheme in ({{ dbt_rfm.text_list(enabled) }})
    {%- endif %}

),

scheme_runs as (

    select * from {{ ref('rfm_scheme_runs') }}

),

accepted_lines as (

    select * from {{ ref('int_rfm__accepted_lines') }}

),

rejected_orders as (

    select * from {{ ref('rfm_rejected_orders') }}

),

contacts as (

    select * from {{ ref('stg_rfm__contacts') }}

),

unusable_contacts as (

    select
        count(*) as contacts,
        coalesce(sum(
            case
                when contact_id is null or customer_id is null or contacted_at is null then 1
                else 0
            end
        ), 0) as unusable
    from contacts

),

accepted_range as (

    select
        count(*) as lines,
        cast(min(cast(ordered_at as date)) as {{ text }}) as first_date,
        cast(max(cast(ordered_at as date)) as {{ text }}) as last_date
    from accepted_lines

),

refused_lines as (

    select
        count(*) as lines,
        coalesce(sum(case when reason = 'duplicate' then 1 else 0 end), 0) as duplicates
    from rejected_orders

)

select
    'scheme ' || schemes.scheme || ' grades nobody: '
    || case
        when scheme_runs.scheme is null then 'no order line was accepted'
        else
            'its window goes from '
            || coalesce(cast(scheme_runs.window_start as {{ text }}), 'the first order')
            || ' to ' || cast(scheme_runs.as_of_date as {{ text }})
            || case
                when scheme_runs.first_order_date is null
                    then
                        ', and no order matches its filter (all lines: '
                        || accepted_range.first_date || ' to ' || accepted_range.last_date || ')'
                else
                    ', its orders from ' || cast(scheme_runs.first_order_date as {{ text }})
                    || ' to ' || cast(scheme_runs.last_order_date as {{ text }})
            end
    end
    || '; set rfm_as_of_date, or leave the scheme out with rfm_enabled_schemes' as message
from schemes
cross join accepted_range
left join scheme_runs
    on schemes.scheme = scheme_runs.scheme
where coalesce(scheme_runs.customers_graded, 0) = 0
union all
select
    cast(refused_lines.duplicates as {{ text }}) || ' of '
    || cast(refused_lines.lines + accepted_range.lines as {{ text }})
    || ' order lines are refused as duplicates; where the table has one row an order line, map'
    || ' line_id in rfm_order_columns' as message
from refused_lines
cross join accepted_range
where 5 * refused_lines.duplicates > refused_lines.lines + accepted_range.lines
union all
select
    cast(unusable as {{ text }}) || ' of ' || cast(contacts as {{ text }})
    || ' lines of the contact log are not counted: a contact needs contact_id, customer_id and a'
    || ' contacted_at that is a time' as message
from unusable_contacts
where unusable > 0
