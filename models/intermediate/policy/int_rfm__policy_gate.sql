with policy_problems as (

    {{ dbt_rfm.policy_problems() | indent(4) }}

)

select
    case
        when count(*) > 0
            then {{ dbt_rfm.fail(
                "'rfm policy: ' || cast(count(*) as " ~ dbt.type_string()
                ~ ") || ' problem(s), nothing is graded. ' || "
                ~ dbt_rfm.joined_text(
                    "seed || ' / ' || scheme || ': ' || problem || ': found ' || found"
                    ~ " || '; write ' || allowed",
                    "' | '",
                    dbt_rfm.by_bytes('seed') ~ ', ' ~ dbt_rfm.by_bytes('scheme')
                    ~ ', ' ~ dbt_rfm.by_bytes('problem') ~ ', ' ~ dbt_rfm.by_bytes('found')
                )
            ) }}
        else 0
    end as problems
from policy_problems
