with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
    where method = 'lookup'
),

identity_weights as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_identity_weights') }}
),

graded_identities as (

    select distinct
        customer_metrics.scheme,
        customer_metrics.identity
    from {{ ref('int_rfm__customer_metrics') }} as customer_metrics
    inner join scheme_metrics
        on customer_metrics.scheme = scheme_metrics.scheme

),

unweighted_identities as (

    select
        graded_identities.scheme,
        graded_identities.identity
    from graded_identities
    left join identity_weights
        on
            graded_identities.scheme = identity_weights.scheme
            and graded_identities.identity = identity_weights.identity
    where identity_weights.identity is null

),

identity_gate as (

    select
        case
            when count(*) > 0
                then {{ dbt_rfm.fail(
                    "'rfm_identity_weights: ' || cast(count(*) as " ~ dbt.type_string()
                    ~ ") || ' identity(ies) without a weight: ' || "
                    ~ dbt_rfm.joined_text(
                        "scheme || ' / ' || unweighted_identities.identity",
                        "', '",
                        dbt_rfm.by_bytes('scheme') ~ ', '
                        ~ dbt_rfm.by_bytes('unweighted_identities.identity')
                    )
                    ~ " || '; write a row for each, or mend the identity in the customers input'"
                ) }}
            else 0
        end as problems
    from unweighted_identities

)

select
    periods.scheme,
    periods.as_of_date,
    scheme_metrics.metric,
    identity_weights.identity as bin,
    identity_weights.weight as score
from identity_weights
inner join scheme_metrics
    on identity_weights.scheme = scheme_metrics.scheme
inner join periods
    on identity_weights.scheme = periods.scheme
cross join identity_gate
where identity_gate.problems = 0
