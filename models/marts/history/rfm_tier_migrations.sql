{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set money = dbt_rfm.type_decimal(28, 6) %}

with migration_cells as (select * from {{ ref('int_rfm__migration_cells') }}),

shared_cells as (

    select
        *,
        sum(customers) over (partition by scheme, as_of_date, from_tier) as customers_from
    from migration_cells

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    cast(from_tier as {{ dbt.type_string() }}) as from_tier,
    cast(to_tier as {{ dbt.type_string() }}) as to_tier,
    cast(customers as bigint) as customers,
    {{ dbt_rfm.decimal(dbt_rfm.divide_half_up('customers', 'customers_from'), 9, 6) }}
        as share_of_from,
    cast(monetary_before as {{ money }}) as monetary_before,
    cast(monetary_after as {{ money }}) as monetary_after,
    cast(contrary_customers as bigint) as contrary_customers
from shared_cells
