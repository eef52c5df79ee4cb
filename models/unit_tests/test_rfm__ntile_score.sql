with scoring_cases as (

    select * from {{ ref('test_rfm__scoring_cases') }}

)

select
    case_name,
    customer_id,
    value,
    {{ dbt_rfm.ntile_score('value', 'customer_id', partition_by='case_name') }} as score,
    {{ dbt_rfm.ntile_score(
        'value', 'customer_id', levels=3, direction='lower_is_better', partition_by='case_name'
    ) }} as score_lower_is_better
from scoring_cases
