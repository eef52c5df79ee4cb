with scoring_cases as (

    select * from {{ ref('test_rfm__scoring_cases') }}

)

select
    case_name,
    {{ dbt_rfm.weighted_score({
        'recency_score': 0.3, 'frequency_score': 0.3, 'monetary_score': 0.4
    }) }} as score,
    {{ dbt_rfm.weighted_score({'recency_score': 'weight'}, 'score_decimals') }}
        as score_of_one_metric
from scoring_cases
