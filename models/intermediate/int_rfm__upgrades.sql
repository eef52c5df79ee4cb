-- What is missing to a better tier, by frequency alone and by monetary alone.

with bin_rises as (

    select * from {{ ref('int_rfm__bin_rises') }}

),

deviation_rises as (

    select * from {{ ref('int_rfm__deviation_rises') }}

),

score_steps as (

    select * from {{ ref('int_rfm__score_steps') }}

),

identity_weights as (

    select * from {{ ref('stg_rfm__identity_weights') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

tier_rule_cells as (

    select * from {{ ref('int_rfm__tier_rule_cells') }}

),

rises as (

    select * from bin_rises
    union all
    select * from deviation_rises

),

-- The customers as they would be measured after a rise.
customers as (

    select
        scheme,
        as_of_date,
        customer_id,
        tier_rank,
        raised_metric,
        missing,
        {%- for metric in dbt_rfm.rfm_allowed_values('measured_metric') %}
        {%- set value = dbt_rfm.metric_column(metric) %}
        {%- if metric in ['frequency', 'monetary'] %}
        case when raised_metric = '{{ metric }}' then {{ value }} + missing else {{ value }} end
            as {{ value }},
        {%- else %}
        {{ value }},
        {%- endif %}
        {%- endfor %}
        {{ dbt_rfm.column_name('identity') }}
    from rises

),

scored as (

    {{ dbt_rfm.scored_customers() | indent(4) }}

),

graded as (

    {{ dbt_rfm.tiered_customers('scored', [
        'scheme', 'as_of_date', 'customer_id', 'tier_rank', 'raised_metric', 'missing',
    ]) | indent(4) }}

),

upgrades as (

    select
        graded.*,
        row_number() over (
            partition by
                graded.scheme,
                graded.as_of_date,
                graded.customer_id,
                graded.raised_metric
            order by
                graded.missing,
                tiers.tier_rank
        ) as upgrade_number
    from graded
    inner join tiers
        on
            graded.scheme = tiers.scheme
            and graded.tier = tiers.tier
    where tiers.tier_rank < graded.tier_rank

)

select
    scheme,
    as_of_date,
    customer_id,
    {%- for metric, missing in {'frequency': 'orders', 'monetary': 'amount'}.items() %}
    max(case when raised_metric = '{{ metric }}' then missing end) as {{ missing }}_missing,
    max(case when raised_metric = '{{ metric }}' then tier end) as tier_by_{{ missing }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from upgrades
where upgrade_number = 1
group by
    scheme,
    as_of_date,
    customer_id
