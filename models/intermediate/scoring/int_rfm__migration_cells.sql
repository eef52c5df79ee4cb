with movements as (
    select * from {{ ref('int_rfm__movements') }}
    where movement <> 'first_period'
),

migration_cells as (

    select
        scheme,
        as_of_date,
        previous_as_of_date,
        coalesce(previous_tier, 'not_graded') as from_tier,
        coalesce(tier, 'not_graded') as to_tier,
        max(previous_tier_rank) as from_rank,
        max(tier_rank) as to_rank,
        count(*) as customers,
        sum(previous_monetary) as monetary_before,
        sum(monetary) as monetary_after,
        sum(case when is_contrary then 1 else 0 end) as contrary_customers
    from movements
    group by
        scheme,
        as_of_date,
        previous_as_of_date,
        coalesce(previous_tier, 'not_graded'),
        coalesce(tier, 'not_graded')

)

select * from migration_cells
