-- Customers graded at two as-of dates in a row, of whom a score changed: what they did up to the
-- later date, scored by the cut points of the earlier one. The scores here are those; what they
-- really were scored is `old_` and `new_`.

{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') %}

with movements as (select * from {{ ref('int_rfm__movements') }}),

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
        scheme,
        as_of_date as graded_on,
        previous_as_of_date as measured_on,
        customer_id,
        previous_tier as old_tier,
        tier as new_tier,
        previous_score as old_score,
        score as new_score,
        {{ dbt_rfm.column_name('identity') }},
        {%- for metric in measured %}
        {%- set column = dbt_rfm.metric_column(metric) %}
        {{ column }},
        previous_{{ column }},
        previous_{{ metric }}_score as old_{{ metric }}_score,
        {{ metric }}_score as new_{{ metric }}_score,
        {%- endfor %}
        cast(last_ordered_at as date) as last_order_date,
        last_ordered_at > previous_last_ordered_at as has_ordered_again,
        orders_ever - previous_orders_ever as orders_since,
        amount_ever - previous_amount_ever as amount_since,
        quantity_ever - previous_quantity_ever as quantity_since
    from movements
    where
        movement in ('same', 'better_ranked', 'worse_ranked')
        and (
            {%- for metric in measured %}
            {% if not loop.first %}or {% endif -%}
            {{ metric }}_score <> previous_{{ metric }}_score
            {%- endfor %}
        )

),

rescored as (

    {{ dbt_rfm.scored_customers(
        'changed_customers', 'cut_points', 'periods', 'identity_weights'
    ) | indent(4) }}

)

select * from rescored
