{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set metrics = ['recency', 'frequency', 'monetary'] -%}

with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where
        period = 'as_of'
        and tier_method = 'rules'
),

tier_rule_cells as (select * from {{ ref('int_rfm__tier_rule_cells') }}),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

cell_counts as (

    select
        scheme,
        as_of_date,
        {%- for metric in metrics %}
        {{ metric }}_cell,
        {%- endfor %}
        count(*) as customers
    from graded_customers
    group by
        scheme,
        as_of_date,
        {%- for metric in metrics %}
        {{ metric }}_cell
        {%- if not loop.last %},{% endif %}
        {%- endfor %}

)

select
    cast(periods.scheme as {{ dbt.type_string() }}) as scheme,
    periods.as_of_date,
    {%- for metric in metrics %}
    tier_rule_cells.{{ metric }}_score,
    {%- endfor %}
    tier_rule_cells.tier,
    tier_rule_cells.matched_priority,
    tier_rule_cells.other_priorities,
    cast(coalesce(cell_counts.customers, 0) as bigint) as customers
from periods
inner join tier_rule_cells
    on periods.scheme = tier_rule_cells.scheme
left join cell_counts
    on
        periods.scheme = cell_counts.scheme
        and periods.as_of_date = cell_counts.as_of_date
        {%- for metric in metrics %}
        and {{ dbt_rfm.score_or_none('tier_rule_cells.' ~ metric ~ '_score') }}
        = {{ dbt_rfm.score_or_none('cell_counts.' ~ metric ~ '_cell') }}
        {%- endfor %}
