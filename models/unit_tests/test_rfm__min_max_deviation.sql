with scoring_cases as (

    select * from {{ ref('test_rfm__scoring_cases') }}

)

select
    case_name,
    {{ dbt_rfm.min_max_deviation('value', 'baseline', 'value_range') }} as score,
    {{ dbt_rfm.min_max_deviation(
        'value', 'baseline', 'value_range', direction='lower_is_better'
    ) }} as score_lower_is_better
from scoring_cases
