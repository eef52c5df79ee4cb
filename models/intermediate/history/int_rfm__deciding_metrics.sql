-- Which metrics decided a change of tier: the fewest whose change alone, the others as they were,
-- leads to the new tier.

{%- set metrics = dbt_rfm.rfm_allowed_values('scored_metric') -%}
{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set moves = (measured | join('_moved,') ~ '_moved').split(',') %}

with rescored_customers as (
    select * from {{ ref('int_rfm__rescored_customers') }}
    where old_tier <> new_tier
),

tiers as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_tiers') }}
),

tier_rule_cells as (select * from {{ ref('int_rfm__tier_rule_cells') }}),

bits as (

    {{ dbt_rfm.whole_numbers(2, 'bit') | indent(4) }}

),

-- Each metric is in half of the sets; the first ones are those with the first metrics.
metric_sets as (

    select
        {%- for metric in measured %}
        {{ metric }}_bits.bit = 1 as has_{{ metric }},
        {%- endfor %}
        {%- for metric in measured %}
        {% if not loop.first %}+ {% endif -%}
        ({{ metric }}_bits.bit - 1) * {{ 2 ** loop.revindex0 }}
        {%- endfor %} as set_number,
        {%- for metric in measured %}
        {% if not loop.first %}+ {% endif -%}
        2 - {{ metric }}_bits.bit
        {%- endfor %} as metrics,
        {%- for metric in measured %}
        {% if not loop.first %}|| {% endif -%}
        case when {{ metric }}_bits.bit = 1 then ',{{ metric }}' else '' end
        {%- endfor %} as deciding_metrics
    from bits as {{ measured[0] }}_bits
    cross join bits as {{ measured[1] }}_bits
    {%- for metric in measured[2:] %}
    cross join bits as {{ metric }}_bits
    {%- endfor %}

),

mixed_scores as (

    select
        rescored_customers.scheme,
        rescored_customers.graded_on,
        rescored_customers.customer_id,
        rescored_customers.new_tier,
        rescored_customers.tier_method,
        rescored_customers.score_decimals,
        metric_sets.set_number,
        metric_sets.metrics,
        metric_sets.deciding_metrics,
        {%- for metric in metrics %}
        rescored_customers.{{ metric }}_method,
        rescored_customers.{{ metric }}_weight,
        {%- endfor %}
        {%- for metric in measured %}
        case
            when metric_sets.has_{{ metric }} then rescored_customers.new_{{ metric }}_score
            else rescored_customers.old_{{ metric }}_score
        end as {{ metric }}_score,
        {%- endfor %}
        rescored_customers.identity_score,
        {%- for metric in measured %}
        {%- set weight = 'rescored_customers.' ~ metric ~ '_weight' %}
        {%- set new = 'rescored_customers.new_' ~ metric ~ '_score' %}
        {%- set old = 'rescored_customers.old_' ~ metric ~ '_score' %}
        case
            when metric_sets.has_{{ metric }}
                then abs({{ dbt_rfm.contribution(weight, '(' ~ new ~ ' - ' ~ old ~ ')') }})
            else 0
        end as {{ metric }}_moved
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from rescored_customers
    cross join metric_sets
    -- A metric that did not change decides nothing.
    where
        metric_sets.metrics > 0
        and {{ dbt_rfm.all_of_set_changed('metric_sets', 'rescored_customers', measured)
            | indent(8) }}

),

scored_sets as (

    {{ dbt_rfm.summed_scores('mixed_scores') | indent(4) }}

),

tiered_sets as (

    {{ dbt_rfm.tiered_customers(
        'scored_sets',
        ['scheme', 'graded_on', 'customer_id', 'new_tier', 'set_number', 'metrics',
         'deciding_metrics'] + moves,
        'tiers', 'tier_rule_cells'
    ) | indent(4) }}

),

-- Of sets of equal size the one whose metrics moved the score most.
ranked_sets as (

    select
        *,
        row_number() over (
            partition by scheme, graded_on, customer_id
            order by metrics asc, {{ moves | join(' + ') }} desc, set_number asc
        ) as set_rank
    from tiered_sets
    where tier = new_tier

)

select
    scheme,
    graded_on as as_of_date,
    customer_id,
    deciding_metrics
from ranked_sets
where set_rank = 1
