-- Customers graded at two as-of dates in a row, of whom a score changed: what they did up to the
-- later date, scored by the cut points of the earlier one. The scores here are those; what they
-- really were scored is `old_` and `new_`.

{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') %}

with movements as (
    select * from {{ ref('int_rfm__movements') }}
    where has_other_scores
),

graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

-- Not the one above again: what is read twice is written out in between.
earlier_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

identity_weights as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_identity_weights') }}
),

periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

changed_customers as (

    select
        movements.scheme,
        movements.as_of_date as graded_on,
        movements.previous_as_of_date as measured_on,
        movements.customer_id,
        movements.previous_tier as old_tier,
        movements.tier as new_tier,
        movements.previous_score as old_score,
        movements.score as new_score,
        graded_customers.identity,
        {%- for metric in measured %}
        {%- set column = dbt_rfm.metric_column(metric) %}
        graded_customers.{{ column }},
        earlier_customers.{{ column }} as previous_{{ column }},
        earlier_customers.{{ metric }}_score as old_{{ metric }}_score,
        graded_customers.{{ metric }}_score as new_{{ metric }}_score,
        {%- endfor %}
        {%- for measure in dbt_rfm.order_measures().values() %}
        graded_customers.{{ measure }}_ever - earlier_customers.{{ measure }}_ever
            as {{ measure }}_since,
        {%- endfor %}
        cast(graded_customers.last_ordered_at as date) as last_order_date,
        graded_customers.last_ordered_at > earlier_customers.last_ordered_at as has_ordered_again
    from movements
    -- Both are there. Of inner joins on three columns planners without statistics expect few rows.
    left join graded_customers
        on
            {{ dbt_rfm.same_values(
                'movements', 'graded_customers', ['scheme', 'as_of_date', 'customer_id']
            ) | indent(12) }}
    left join earlier_customers
        on
            movements.scheme = earlier_customers.scheme
            and movements.previous_as_of_date = earlier_customers.as_of_date
            and movements.customer_id = earlier_customers.customer_id

),

rescored as (

    {{ dbt_rfm.scored_customers(
        'changed_customers', 'cut_points', 'periods', 'identity_weights'
    ) | indent(4) }}

)

select * from rescored
