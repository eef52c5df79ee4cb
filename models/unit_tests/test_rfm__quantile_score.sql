with scoring_cases as (

    select * from {{ ref('test_rfm__scoring_cases') }}

)

select
    case_name,
    value,
    {{ dbt_rfm.quantile_score('value', partition_by='case_name') }} as score,
    {{ dbt_rfm.quantile_score(
        'value', levels=10, direction='lower_is_better', partition_by='case_name'
    ) }} as score_lower_is_better
from scoring_cases
