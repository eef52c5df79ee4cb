{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set number = dbt_rfm.type_decimal(30, 18) %}

with score_changes as (select * from {{ ref('int_rfm__score_changes') }}),

rescored_customers as (select * from {{ ref('int_rfm__rescored_customers') }}),

-- Scores are rounded, contributions are not.
roundings as (

    select
        scheme,
        graded_on as as_of_date,
        customer_id,
        new_score - old_score
        {%- for metric in measured %}
        - coalesce(
            {{ dbt_rfm.contribution(
                metric ~ '_weight', '(new_' ~ metric ~ '_score - old_' ~ metric ~ '_score)'
            ) | indent(12) }}, 0
        )
        {%- endfor %} as contribution_change
    from rescored_customers

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    customer_id,
    cast(metric_name as {{ dbt.type_string() }}) as metric,
    previous_value,
    value,
    previous_score,
    score,
    cast(own_change + others_change as {{ number }}) as contribution_change,
    cast(own_change as {{ number }}) as own_change,
    cast(others_change as {{ number }}) as others_change,
    -- One policy grades all periods.
    cast(0 as {{ number }}) as policy_change,
    cast(cause as {{ dbt.type_string() }}) as cause
from score_changes
union all
select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    customer_id,
    cast('rounding' as {{ dbt.type_string() }}) as metric,
    cast(null as {{ dbt_rfm.type_decimal(28, 6) }}) as previous_value,
    cast(null as {{ dbt_rfm.type_decimal(28, 6) }}) as value,
    cast(null as {{ dbt_rfm.type_decimal(20, 12) }}) as previous_score,
    cast(null as {{ dbt_rfm.type_decimal(20, 12) }}) as score,
    cast(contribution_change as {{ number }}) as contribution_change,
    cast(null as {{ number }}) as own_change,
    cast(null as {{ number }}) as others_change,
    cast(null as {{ number }}) as policy_change,
    cast(null as {{ dbt.type_string() }}) as cause
from roundings
where contribution_change <> 0
