with policy_gate as (

    select * from {{ ref('int_rfm__policy_gate') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}
    where method = 'lookup'

),

identity_weights as (

    select * from {{ ref('stg_rfm__identity_weights') }}

),

value_counts as (

    select * from {{ ref('int_rfm__value_counts') }}
    where method = 'lookup'

),

unweighted_identities as (

    select distinct
        value_counts.scheme,
        value_counts.identity
    from value_counts
    left join identity_weights
        on
            value_counts.scheme = identity_weights.scheme
            and value_counts.identity = identity_weights.identity
    where identity_weights.identity is null

),

identity_gate as (

    select
        case
            when count(*) > 0
                then {{ dbt_rfm.fail(
                    "'rfm_identity_weights: ' || count(*) || ' identity(ies) without a weight: ' || "
                    ~ dbt.listagg(
                        "scheme || ' / ' || identity", "', '", 'order by scheme, identity'
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
    identity_weights.identity,
    identity_weights.weight as score,
    coalesce(value_counts.customers, 0) as customers
from identity_weights
inner join scheme_metrics
    on identity_weights.scheme = scheme_metrics.scheme
inner join periods
    on identity_weights.scheme = periods.scheme
left join value_counts
    on
        periods.scheme = value_counts.scheme
        and periods.as_of_date = value_counts.as_of_date
        and scheme_metrics.metric = value_counts.metric
        and identity_weights.identity = value_counts.identity
cross join policy_gate
cross join identity_gate
where
    policy_gate.problems = 0
    and identity_gate.problems = 0
