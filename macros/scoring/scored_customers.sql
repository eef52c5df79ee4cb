{# A query: customers with their score in each metric of their scheme, null where it has none, what the
   scores add up to, and those that rules look at. Relations:
     customers          rows as measured_customers gives them
     cut_points         rows of int_rfm__cut_points, those in force at the customers' as-of dates
     periods            rows of int_rfm__periods, one a scheme and measured_on
     identity_weights   rows of rfm_identity_weights #}
{% macro scored_customers(customers, cut_points, periods, identity_weights) -%}
{%- set metrics = dbt_rfm.rfm_allowed_values('scored_metric') -%}
{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set own_measures = dbt_rfm.own_measure_metrics() -%}
with steps as (

    {{ dbt_rfm.score_steps(cut_points) | indent(4) }}

),

scores as (

    select
        customers.*,
        periods.tier_method,
        periods.score_decimals,
        periods.period,
        {%- for metric in measured %}
        {%- set score = dbt_rfm.metric_score(
            'customers.' ~ dbt_rfm.metric_column(metric), 'customers.customer_id', metric ~ '_steps'
        ) %}
        {%- if metric in own_measures %}
        -- Who has no value of a measure scores 0 by it, as do all where nobody had one.
        case
            when {{ metric }}_steps.method is not null
                then cast(
                    coalesce(
                        case
                            when customers.{{ metric }} is not null
                                then {{ score | indent(32) }}
                        end,
                        0
                    ) as {{ dbt_rfm.type_score() }}
                )
        end as {{ metric }}_score,
        {%- else %}
        {{ score | indent(8) }} as {{ metric }}_score,
        {%- endif %}
        {%- endfor %}
        case
            when identity_steps.method = 'lookup'
                then cast(identity_weights.weight as {{ dbt_rfm.type_score() }})
        end as identity_score,
        {%- for metric in metrics %}
        {{ metric }}_steps.method as {{ metric }}_method,
        {{ metric }}_steps.weight as {{ metric }}_weight
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ customers }} as customers
    -- A scheme's steps are put beside each other before any customer meets them.
    inner join (
        {{ periods }} as periods
        {%- for metric in metrics %}
        left join steps as {{ metric }}_steps
            on
                periods.scheme = {{ metric }}_steps.scheme
                and periods.as_of_date = {{ metric }}_steps.as_of_date
                and {{ metric }}_steps.metric = '{{ metric }}'
        {%- endfor %}
    )
        on
            customers.scheme = periods.scheme
            and customers.measured_on = periods.measured_on
    left join {{ identity_weights }} as identity_weights
        on
            customers.scheme = identity_weights.scheme
            and customers.identity = identity_weights.identity

)

{{ dbt_rfm.summed_scores('scores') }}
{%- endmacro %}
