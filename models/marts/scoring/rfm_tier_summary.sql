{{ config(contract={'enforced': dbt_rfm.enforces_contracts()}) }}

{%- set scheme_dates = ['scheme', 'as_of_date'] -%}
{%- set measures = ['recency_days', 'frequency', 'monetary'] -%}

with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

cadences as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_follow_up_cadences') }}
),

tier_sums as (select * from {{ ref('int_rfm__tier_sums') }}),

strategies as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_strategies') }}
),

scheme_sums as (

    select
        scheme,
        as_of_date,
        sum(customers) as customers,
        cast(sum(revenue) as {{ dbt_rfm.type_decimal(28, 6) }}) as revenue
    from tier_sums
    group by scheme, as_of_date

),

tier_rows as (

    select
        periods.scheme,
        periods.as_of_date,
        tiers.tier,
        tiers.tier_rank,
        coalesce(tier_sums.customers, 0) as customers,
        coalesce(tier_sums.revenue, 0) as revenue,
        tier_sums.repurchase_rate,
        scheme_sums.customers as scheme_customers,
        scheme_sums.revenue as scheme_revenue,
        {%- for measure in measures %}
        tier_sums.mean_{{ measure }},
        tier_sums.median_{{ measure }},
        {%- endfor %}
        {%- for end in ['min', 'max'] %}
        {{ dbt_rfm.contacts_per_year(
            'cadences.contacts_' ~ end, 'cadences.every_n', 'cadences.period'
        ) | indent(8) }} as contacts_per_year_{{ end }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from periods
    inner join tiers
        on periods.scheme = tiers.scheme
    left join cadences
        on
            tiers.scheme = cadences.scheme
            and tiers.tier = cadences.tier
    left join scheme_sums
        on
            {{ dbt_rfm.same_values('periods', 'scheme_sums', scheme_dates) | indent(12) }}
    left join tier_sums
        on
            {{ dbt_rfm.same_values('periods', 'tier_sums', scheme_dates) | indent(12) }}
            and tiers.tier = tier_sums.tier

),

measured as (

    select
        cast(scheme as {{ dbt.type_string() }}) as scheme,
        as_of_date,
        tier,
        tier_rank,
        cast(customers as bigint) as customers,
        case
            when scheme_customers > 0
                then
                    cast(
                        {{ dbt_rfm.divide_half_up('customers', 'scheme_customers') }}
                        as {{ dbt_rfm.type_decimal(9, 6) }}
                    )
        end as customer_share,
        cast(revenue as {{ dbt_rfm.type_decimal(28, 6) }}) as revenue,
        -- Where refunds nearly cancel the whole, a tier's share can pass what the type holds.
        case
            when scheme_revenue <> 0 and abs(revenue) < 999 * abs(scheme_revenue)
                then
                    cast(
                        case when scheme_revenue < 0 then -1 else 1 end
                        * {{ dbt_rfm.divide_half_up('revenue', 'abs(scheme_revenue)') }}
                        as {{ dbt_rfm.type_decimal(9, 6) }}
                    )
        end as revenue_share,
        {%- for measure in measures %}
        mean_{{ measure }},
        median_{{ measure }},
        {%- endfor %}
        repurchase_rate,
        contacts_per_year_min,
        contacts_per_year_max
    from tier_rows

)

select
    measured.*,
    {%- for text in ['strategy', 'offer', 'new_customer_offer'] %}
    strategies.{{ text }},
    strategies.{{ text }}_zh,
    {%- endfor %}
    strategies.target_metric,
    {{ dbt_rfm.decimal('strategies.target_change', 9, 6) }} as target_change,
    {{ dbt_rfm.target_value('measured', 'strategies') | indent(4) }} as target_value,
    strategies.target,
    strategies.target_zh
from measured
left join strategies
    on
        measured.scheme = strategies.scheme
        and measured.tier = strategies.tier
