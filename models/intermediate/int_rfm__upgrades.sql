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

-- Each bin that lies above the value, as what would come next.
higher_bins as (

    {%- for metric in raised %}

    select
        below_best.*,
        cut_points.metric,
        -- Where less is better a rise goes behind the first customer of a tile, and not before its
        -- last one: its bound is then a bound like any other.
        case
            when scheme_metrics.direction = 'higher_is_better' then cut_points.method
            else 'threshold'
        end as method,
        below_best.{{ metric }} as value,
        cut_points.score as next_score,
        case
            when scheme_metrics.direction = 'higher_is_better' then cut_points.score
            else -cut_points.score
        end as next_place,
        cut_points.lower_bound as next_lower_bound,
        case
            when cut_points.lower_tie_customer_id is null then cut_points.lower_inclusive
            else
                {{ dbt_rfm.by_bytes('below_best.customer_id') }}
                >= {{ dbt_rfm.by_bytes('cut_points.lower_tie_customer_id') }}
        end as next_lower_inclusive,
        cut_points.upper_bound as next_upper_bound,
        cut_points.upper_inclusive as next_upper_inclusive,
        cut_points.last_customer_id as next_last_customer_id
    from below_best
    inner join cut_points
        on
            below_best.scheme = cut_points.scheme
            and below_best.as_of_date = cut_points.as_of_date
            and below_best.{{ metric }} <= cut_points.lower_bound
            and cut_points.metric = '{{ metric }}'
    inner join scheme_metrics
        on
            cut_points.scheme = scheme_metrics.scheme
            and cut_points.metric = scheme_metrics.metric
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

distances as (

    {{ dbt_rfm.distances_to_next('higher_bins') | indent(4) }}

),

-- A tie is no rise. Of the bins that the same rise reaches, it lands in the highest.
rises as (

    select
        *,
        greatest(distance_to_next, step) as missing,
        row_number() over (
            partition by
                scheme,
                as_of_date,
                customer_id,
                metric,
                greatest(distance_to_next, step)
            order by
                next_lower_bound desc,
                next_place desc
        ) as bin_number
    from distances

),

raised as (

    select
        rises.scheme,
        rises.as_of_date,
        rises.customer_id,
        rises.tier_rank,
        rises.metric as raised_metric,
        rises.missing,
        periods.tier_method,
        periods.score_decimals,
        {%- for metric in metrics %}
        {%- if metric in raised %}
        case
            when rises.metric = '{{ metric }}'
                then cast(rises.next_score as {{ dbt_rfm.type_decimal(20, 12) }})
            else rises.{{ metric }}_score
        end as {{ metric }}_score,
        {%- else %}
        rises.{{ metric }}_score,
        {%- endif %}
        methods.{{ metric }}_method,
        methods.{{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from rises
    inner join periods
        on
            rises.scheme = periods.scheme
            and rises.as_of_date = periods.as_of_date
    inner join methods
        on rises.scheme = methods.scheme
    where rises.bin_number = 1

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
