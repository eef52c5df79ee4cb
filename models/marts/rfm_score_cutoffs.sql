with cut_points as (

    select * from {{ ref('int_rfm__cut_points') }}

)

select
    cast(scheme as {{ dbt.type_string() }}) as scheme,
    as_of_date,
    cast(metric as {{ dbt.type_string() }}) as metric,
    cast(bin as {{ dbt.type_string() }}) as bin,
    cast(score as numeric(12, 6)) as score,
    cast(lower_bound as numeric(28, 6)) as lower_bound,
    lower_inclusive,
    cast(upper_bound as numeric(28, 6)) as upper_bound,
    upper_inclusive,
    lower_tie_customer_id,
    upper_tie_customer_id,
    cast(customers as bigint) as customers
from cut_points
