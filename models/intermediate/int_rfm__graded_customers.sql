{%- set metrics = dbt_rfm.rfm_allowed_values('metric') -%}
{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set ruled = ['recency', 'frequency', 'monetary'] -%}
{%- set measured_columns = [
    'scheme', 'as_of_date', 'customer_id', 'line_set', 'window_start', 'recency_days', 'frequency',
    'monetary', 'quantity', 'average_order_value', 'identity', 'first_ordered_at',
    'last_ordered_at', 'last_order_id', 'last_order_amount',
] -%}

with customer_metrics as (

    select * from {{ ref('int_rfm__customer_metrics') }}

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

scored as (

    select
        customer_metrics.*,
        periods.tier_method,
        periods.score_decimals,
        {%- for metric in measured %}
        {%- set value = 'customer_metrics.' ~ dbt_rfm.metric_column(metric) %}
        case
            when {{ metric }}_steps.method = 'min_max'
                then cast(
                    {{ dbt_rfm.directed_min_max(value, metric ~ '_steps') }}
                    as {{ dbt_rfm.type_decimal(20, 12) }}
                )
            else cast(
                {{ dbt_rfm.stepped_score(
                    value, 'customer_metrics.customer_id', metric ~ '_steps'
                ) }} as {{ dbt_rfm.type_decimal(20, 12) }}
            )
        end as {{ metric }}_score,
        {%- endfor %}
        case
            when identity_steps.method = 'lookup'
                then cast(identity_weights.weight as {{ dbt_rfm.type_decimal(20, 12) }})
        end as identity_score,
        {%- for metric in metrics %}
        {{ metric }}_steps.method as {{ metric }}_method,
        {{ metric }}_steps.weight as {{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from customer_metrics
    -- A scheme's steps are put beside each other before any customer meets them.
    inner join (
        periods
        {%- for metric in metrics %}
        left join score_steps as {{ metric }}_steps
            on
                periods.scheme = {{ metric }}_steps.scheme
                and periods.as_of_date = {{ metric }}_steps.as_of_date
                and {{ metric }}_steps.metric = '{{ metric }}'
        {%- endfor %}
    )
        on
            customer_metrics.scheme = periods.scheme
            and customer_metrics.as_of_date = periods.as_of_date
    left join identity_weights
        on
            customer_metrics.scheme = identity_weights.scheme
            and customer_metrics.identity = identity_weights.identity

),

weighed as (

    select
        *,
        {%- for metric in ruled %}
        case when {{ metric }}_method <> 'min_max' then {{ metric }}_score end as {{ metric }}_cell,
        {%- endfor %}
        {%- set contributions = [] %}
        {%- for metric in metrics %}
        {%- set contribution = dbt_rfm.contribution(metric ~ '_weight', metric ~ '_score') %}
        {%- do contributions.append('coalesce(' ~ contribution ~ ', 0)') %}
        {%- endfor %}
        {{ dbt_rfm.rounded_score(
            '(' ~ contributions | join('\n + ') ~ ')', 'score_decimals'
        ) }} as score
    from scored

)

select
    {%- for column in measured_columns %}
    weighed.{{ column }},
    {%- endfor %}
    {%- for metric in metrics %}
    weighed.{{ metric }}_score,
    {%- endfor %}
    {%- for metric in ruled %}
    weighed.{{ metric }}_cell,
    {%- endfor %}
    weighed.score,
    coalesce(tiers.tier, tier_rule_cells.tier) as tier
from weighed
left join tiers
    on
        weighed.tier_method = 'score'
        and weighed.scheme = tiers.scheme
        and (tiers.min_score is null or weighed.score >= tiers.min_score)
        and (tiers.max_score is null or weighed.score < tiers.max_score)
left join tier_rule_cells
    on
        weighed.scheme = tier_rule_cells.scheme
        -- Only where rules decide: narrowing decimals costs more than all else in this join.
        {%- for metric in ruled %}
        and case
            when weighed.tier_method = 'rules'
                then {{ dbt_rfm.score_or_none('weighed.' ~ metric ~ '_cell') }}
        end = {{ dbt_rfm.score_or_none('tier_rule_cells.' ~ metric ~ '_score') }}
        {%- endfor %}
