-- What changed the score of a metric, with the cut that lies between the old score and the new one.

{%- set measured = dbt_rfm.rfm_allowed_values('measured_metric') -%}
{%- set measures = dbt_rfm.order_measures() -%}
{%- set own_measures = dbt_rfm.own_measure_metrics() %}

with rescored_customers as (select * from {{ ref('int_rfm__rescored_customers') }}),

cut_points as (select * from {{ ref('int_rfm__cut_points') }}),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

-- A cut is where the higher values begin: what lies between two tiles counts to the lower ones.
bins as (

    select
        *,
        case direction
            when 'higher_is_better'
                then lead(lower_bound) over (
                    partition by scheme, as_of_date, metric
                    order by score
                )
            else lag(lower_bound) over (
                partition by scheme, as_of_date, metric
                order by score
            )
        end as next_lower_bound
    from cut_points

),

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
        {%- if metric in own_measures %}
        -- Who had no value was in no bin: there was no cut to pass.
        case
            when previous_{{ column }} is null then new_{{ metric }}_score
            else {{ metric }}_score
        end as rescored,
        {%- else %}
        {{ metric }}_score as rescored,
        {%- endif %}
        new_{{ metric }}_score as score,
        -- What came since the as-of date before, of a metric that adds up.
        {{ dbt_rfm.decimal(measures[metric] ~ '_since' if metric in measures else '0') }}
            as value_since,
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

-- The cut that the customer passed out of the old score's bin, where it lay and lies now; and
-- whether the value is shared by customers on both sides of a cut.
placed_changes as (

    select
        binned_changes.*,
        scheme_metrics.metric_name,
        case
            when
                (binned_changes.score > binned_changes.previous_score)
                = (old_bins.direction = 'higher_is_better')
                then old_bins.next_lower_bound
            else old_bins.lower_bound
        end as previous_cut,
        case
            when
                (binned_changes.score > binned_changes.previous_score)
                = (old_bins.direction = 'higher_is_better')
                then moved_bins.next_lower_bound
            else moved_bins.lower_bound
        end as cut,
        old_bins.lower_tie_customer_id is not null
        and old_bins.lower_bound = binned_changes.value as is_tied_below,
        old_bins.upper_tie_customer_id is not null
        and old_bins.upper_bound = binned_changes.value as is_tied_above,
        new_bins.lower_tie_customer_id is not null
        and new_bins.lower_bound = binned_changes.value as is_tied_below_now,
        new_bins.upper_tie_customer_id is not null
        and new_bins.upper_bound = binned_changes.value as is_tied_above_now
    from binned_changes
    inner join scheme_metrics
        on
            binned_changes.scheme = scheme_metrics.scheme
            and binned_changes.metric = scheme_metrics.metric
    left join bins as old_bins
        on
            binned_changes.scheme = old_bins.scheme
            and binned_changes.previous_as_of_date = old_bins.as_of_date
            and binned_changes.metric = old_bins.metric
            and binned_changes.previous_bin = old_bins.bin
    left join bins as moved_bins
        on
            binned_changes.scheme = moved_bins.scheme
            and binned_changes.as_of_date = moved_bins.as_of_date
            and binned_changes.metric = moved_bins.metric
            and binned_changes.previous_bin = moved_bins.bin
    left join bins as new_bins
        on
            binned_changes.scheme = new_bins.scheme
            and binned_changes.as_of_date = new_bins.as_of_date
            and binned_changes.metric = new_bins.metric
            and binned_changes.bin = new_bins.bin

)

select
    scheme,
    as_of_date,
    customer_id,
    metric,
    metric_name,
    method,
    previous_value,
    value,
    previous_score,
    score,
    {{ dbt_rfm.contribution('weight', '(rescored - previous_score)') }} as own_change,
    {{ dbt_rfm.contribution('weight', '(score - rescored)') }} as others_change,
    case
        when
            is_by_others
            and value = previous_value
            and (is_tied_below or is_tied_above or is_tied_below_now or is_tied_above_now)
            then 'tie'
        when is_by_others then 'cut_points'
        when metric in ({{ dbt_rfm.text_list(own_measures) }}) then 'own_value'
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
    value_since,
    last_order_date
from placed_changes
