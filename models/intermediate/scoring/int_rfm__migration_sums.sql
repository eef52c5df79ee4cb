-- How much customers moved at an as-of date, and how much the tiers' sizes did.

{%- set cell_sums = {
    'stayed': 'from_tier = to_tier',
    'better_ranked': 'to_rank < from_rank',
    'worse_ranked': 'to_rank > from_rank',
    'entered': "from_tier = 'not_graded'",
    'gone': "to_tier = 'not_graded'",
    'customers_before': "from_tier <> 'not_graded'",
    'customers_now': "to_tier <> 'not_graded'",
} -%}
{%- set period = ['scheme', 'as_of_date'] %}

with migration_cells as (select * from {{ ref('int_rfm__migration_cells') }}),

period_sums as (

    select
        scheme,
        as_of_date,
        previous_as_of_date,
        {%- for name, condition in cell_sums.items() %}
        sum(case when {{ condition }} then customers else 0 end) as {{ name }},
        {%- endfor %}
        sum(contrary_customers) as contrary
    from migration_cells
    group by scheme, as_of_date, previous_as_of_date

),

-- Of those graded at both dates.
stays as (

    select
        scheme,
        as_of_date,
        from_tier,
        sum(customers) as customers,
        sum(case when from_tier = to_tier then customers else 0 end) as stayed
    from migration_cells
    where from_tier <> 'not_graded' and to_tier <> 'not_graded'
    group by scheme, as_of_date, from_tier

),

mobilities as (

    select
        scheme,
        as_of_date,
        count(*) as tiers,
        sum({{ dbt_rfm.divide_half_up('stayed', 'customers', 12) }}) as stay_shares
    from stays
    group by scheme, as_of_date

),

tier_sides as (

    select
        scheme,
        as_of_date,
        from_tier as tier,
        customers as customers_before,
        0 as customers_now
    from migration_cells
    where from_tier <> 'not_graded'
    union all
    select
        scheme,
        as_of_date,
        to_tier as tier,
        0 as customers_before,
        customers as customers_now
    from migration_cells
    where to_tier <> 'not_graded'

),

tier_sizes as (

    select
        scheme,
        as_of_date,
        tier,
        sum(customers_before) as customers_before,
        sum(customers_now) as customers_now
    from tier_sides
    group by scheme, as_of_date, tier

),

-- Twice the variation, in shares of the product of both dates' customers.
variations as (

    select
        tier_sizes.scheme,
        tier_sizes.as_of_date,
        sum(
            abs(
                {{ dbt_rfm.wide_integer('tier_sizes.customers_now') }}
                * period_sums.customers_before
                - {{ dbt_rfm.wide_integer('tier_sizes.customers_before') }}
                * period_sums.customers_now
            )
        ) as variation
    from tier_sizes
    inner join period_sums
        on
            {{ dbt_rfm.same_values('tier_sizes', 'period_sums', period) | indent(12) }}
    group by tier_sizes.scheme, tier_sizes.as_of_date

)

select
    period_sums.*,
    case
        when mobilities.tiers > 1
            then {{ dbt_rfm.decimal(dbt_rfm.divide_half_up(
                '(1000000 * (mobilities.tiers - mobilities.stay_shares))',
                '(1000000 * (mobilities.tiers - 1))'
            ), 9, 6) }}
    end as mobility,
    case
        when period_sums.customers_before > 0 and period_sums.customers_now > 0
            then {{ dbt_rfm.decimal(dbt_rfm.divide_half_up(
                'variations.variation',
                '(2 * ' ~ dbt_rfm.wide_integer('period_sums.customers_before')
                ~ ' * period_sums.customers_now)'
            ), 9, 6) }}
    end as total_variation
from period_sums
left join mobilities
    on
        {{ dbt_rfm.same_values('period_sums', 'mobilities', period) | indent(8) }}
left join variations
    on
        {{ dbt_rfm.same_values('period_sums', 'variations', period) | indent(8) }}
