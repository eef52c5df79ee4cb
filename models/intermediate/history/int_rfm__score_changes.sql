-- What changed the score of a metric, with the cut that lies between the old score and the new one.

{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set measures = dbt_rfm.order_measures() %}

with rescored_customers as (select * from {{ ref('int_rfm__rescored_customers') }}),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

metric_changes as (

    {%- for metric in measured %}
    {%- set column = dbt_rfm.metric_column(metric) %}

    select
        scheme,
        graded_on as as_of_date,
        measured_on as previous_as_of_date,
        customer_id,
        '{{ metric }}' as metric,
        {{ metric }}_method as method,
        {{ metric }}_weight as weight,
        {{ dbt_rfm.decimal('previous_' ~ column) }} as previous_value,
        {{ dbt_rfm.decimal(column) }} as value,
        old_{{ metric }}_score as previous_score,
        {{ metric }}_score as rescored,
        new_{{ metric }}_score as score,
        -- What came since the as-of date before, of a metric that adds up.
        {{ dbt_rfm.decimal(measures[metric] ~ '_since' if metric in measures else '0') }}
            as value_since,
        orders_since,
        orders_since > 0 or amount_since <> 0 as has_new_lines,
        last_order_date,
        has_ordered_again
    from rescored_customers
    where old_{{ metric }}_score <> new_{{ metric }}_score
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

binned_changes as (

    select
        *,
        {{ dbt_rfm.plain_decimal('previous_score') }} as previous_bin,
        {{ dbt_rfm.plain_decimal('score') }} as bin,
        abs(score - rescored) > abs(rescored - previous_score) as is_by_others
    from metric_changes

),

-- The edge of the old score's bin that the customer passed, where it lay and where it lies now; and
-- whether the value is shared by customers on both sides of a cut.
placed_changes as (

    select
        binned_changes.*,
        case
            when
                (binned_changes.score > binned_changes.previous_score)
                = (old_bins.direction = 'higher_is_better')
                then old_bins.upper_bound
            else old_bins.lower_bound
        end as previous_cut,
        case
            when
                (binned_changes.score > binned_changes.previous_score)
                = (old_bins.direction = 'higher_is_better')
                then moved_bins.upper_bound
            else moved_bins.lower_bound
        end as cut,
        case
            when
                binned_changes.value = binned_changes.previous_value
                and binned_changes.value in (
                    case when old_bins.lower_tie_customer_id is not null then old_bins.lower_bound end,
                    case when old_bins.upper_tie_customer_id is not null then old_bins.upper_bound end,
                    case when new_bins.lower_tie_customer_id is not null then new_bins.lower_bound end,
                    case when new_bins.upper_tie_customer_id is not null then new_bins.upper_bound end
                )
                then true
            else false
        end as is_tied
    from binned_changes
    {%- for bins, (date, bin) in {
        'old_bins': ('previous_as_of_date', 'previous_bin'),
        'moved_bins': ('as_of_date', 'previous_bin'),
        'new_bins': ('as_of_date', 'bin'),
    }.items() %}
    left join cut_points as {{ bins }}
        on
            binned_changes.scheme = {{ bins }}.scheme
            and binned_changes.{{ date }} = {{ bins }}.as_of_date
            and binned_changes.metric = {{ bins }}.metric
            and binned_changes.{{ bin }} = {{ bins }}.bin
    {%- endfor %}

)

select
    scheme,
    as_of_date,
    customer_id,
    metric,
    method,
    previous_value,
    value,
    previous_score,
    score,
    {{ dbt_rfm.contribution('weight', '(rescored - previous_score)') }} as own_change,
    {{ dbt_rfm.contribution('weight', '(score - rescored)') }} as others_change,
    case
        when is_by_others and is_tied then 'tie'
        when is_by_others then 'cut_points'
        when metric = 'recency' and not has_ordered_again then 'time_passed'
        when metric = 'recency' then 'own_orders'
        when metric = 'average_order_value'
            then case when has_new_lines then 'own_orders' else 'left_the_window' end
        -- More came than went.
        when abs(value_since) >= abs(value_since - (value - previous_value)) then 'own_orders'
        else 'left_the_window'
    end as cause,
    previous_cut,
    cut,
    orders_since,
    last_order_date
from placed_changes
