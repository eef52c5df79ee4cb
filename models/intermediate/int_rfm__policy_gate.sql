with policy_problems as (

    select * from {{ ref('rfm_policy_problems') }}

)

select
    case
        when count(*) > 0
            then {{ dbt_rfm.fail(
                "'rfm policy: ' || count(*) || ' problem(s), nothing is graded. ' || "
                ~ dbt.listagg(
                    "seed || ' / ' || scheme || ': ' || problem || ': found ' || found"
                    ~ " || '; write ' || allowed",
                    "' | '",
                    'order by seed, scheme, problem, found'
                )
            ) }}
        else 0
    end as problems
from policy_problems
