-- What is missing to a better tier, by frequency alone and by monetary alone.

{%- set metrics = dbt_rfm.rfm_allowed_values('metric') -%}
{%- set raised = ['frequency', 'monetary'] %}

with graded_customers as (

    select * from {{ ref('int_rfm__graded_customers') }}

),

report_dates as (

    select * from {{ ref('int_rfm__report_dates') }}

),

periods as (

    select * from {{ ref('int_rfm__periods') }}

),

scheme_metrics as (

    select * from {{ ref('stg_rfm__scheme_metrics') }}

),

cut_points as (

    select * from {{ ref('int_rfm__cut_points') }}
    where can_hold_a_value

),

tiers as (

    select * from {{ ref('stg_rfm__tiers') }}

),

tier_rule_cells as (

    select * from {{ ref('int_rfm__tier_rule_cells') }}

),

methods as (

    select
        scheme,
        {%- for metric in metrics %}
        max(case when metric = '{{ metric }}' then method end) as {{ metric }}_method,
        max(case when metric = '{{ metric }}' then weight end) as {{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from scheme_metrics
    group by scheme

),

below_best as (

    select
        graded_customers.*,
        tiers.tier_rank
    from graded_customers
    inner join report_dates
        on
            graded_customers.scheme = report_dates.scheme
            and graded_customers.as_of_date = report_dates.as_of_date
    inner join tiers
        on
            graded_customers.scheme = tiers.scheme
            and graded_customers.tier = tiers.tier
    where tiers.tier_rank > 1

),

-- Each better bin of the metric, as what would come next.
better_bins as (

    {%- for metric in raised %}

    select
        below_best.*,
        cut_points.metric,
        cut_points.method,
        below_best.{{ metric }} as value,
        cut_points.score as next_score,
        cut_points.lower_bound as next_lower_bound,
        cut_points.lower_inclusive as next_lower_inclusive,
        cut_points.upper_bound as next_upper_bound,
        cut_points.upper_inclusive as next_upper_inclusive,
        cut_points.last_customer_id as next_last_customer_id
    from below_best
    inner join cut_points
        on
            below_best.scheme = cut_points.scheme
            and below_best.as_of_date = cut_points.as_of_date
            and below_best.{{ metric }}_score < cut_points.score
            and cut_points.metric = '{{ metric }}'
            -- A rise: not what fewer orders or less money would reach.
            and below_best.{{ metric }} <= cut_points.lower_bound
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

distances as (

    {{ dbt_rfm.distances_to_next('better_bins') | indent(4) }}

),

raised as (

    select
        distances.scheme,
        distances.as_of_date,
        distances.customer_id,
        distances.tier_rank,
        distances.metric as raised_metric,
        greatest(distances.distance_to_next, distances.step) as missing,
        periods.tier_method,
        periods.score_decimals,
        {%- for metric in metrics %}
        {%- if metric in raised %}
        case
            when distances.metric = '{{ metric }}'
                then cast(distances.next_score as {{ dbt_rfm.type_decimal(20, 12) }})
            else distances.{{ metric }}_score
        end as {{ metric }}_score,
        {%- else %}
        distances.{{ metric }}_score,
        {%- endif %}
        methods.{{ metric }}_method,
        methods.{{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from distances
    inner join periods
        on
            distances.scheme = periods.scheme
            and distances.as_of_date = periods.as_of_date
    inner join methods
        on distances.scheme = methods.scheme

),

graded as (

    {{ dbt_rfm.tiered_customers('raised', [
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
