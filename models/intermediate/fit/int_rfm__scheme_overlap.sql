with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }})

select
    first_scheme.as_of_date,
    cast(first_scheme.scheme as {{ dbt.type_string() }}) as scheme_a,
    cast(second_scheme.scheme as {{ dbt.type_string() }}) as scheme_b,
    first_scheme.tier as tier_a,
    second_scheme.tier as tier_b,
    cast(count(*) as bigint) as customers,
    cast(sum(first_scheme.monetary) as {{ dbt_rfm.type_decimal(28, 6) }}) as revenue
from graded_customers as first_scheme
inner join graded_customers as second_scheme
    on
        first_scheme.customer_id = second_scheme.customer_id
        and first_scheme.as_of_date = second_scheme.as_of_date
        and {{ dbt_rfm.by_bytes('first_scheme.scheme') }} < {{
            dbt_rfm.by_bytes('second_scheme.scheme')
        }}
group by
    first_scheme.as_of_date,
    first_scheme.scheme,
    second_scheme.scheme,
    first_scheme.tier,
    second_scheme.tier
