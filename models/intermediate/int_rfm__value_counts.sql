-- Cut points depend on how many customers have which value, never on who they are.

with metric_values as (

    select * from {{ ref('int_rfm__metric_values') }}

)

select
    scheme,
    as_of_date,
    metric,
    method,
    direction,
    levels,
    value,
    identity,
    count(*) as customers
from metric_values
group by
    scheme,
    as_of_date,
    metric,
    method,
    direction,
    levels,
    value,
    identity
