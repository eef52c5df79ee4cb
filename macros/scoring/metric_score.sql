{# The score of a value by the cut points in force, as an exact decimal of 12 places: `steps` is a row
   of score_steps. #}
{% macro metric_score(value, customer_id, steps) -%}
case
    when {{ steps }}.method = 'min_max'
        then cast(
            {{ dbt_rfm._directed_min_max(value, steps) }}
            as {{ dbt_rfm.type_score() }}
        )
    else cast(
        {{ dbt_rfm._stepped_score(value, customer_id, steps) }}
        as {{ dbt_rfm.type_score() }}
    )
end
{%- endmacro %}

{# min_max_deviation of a value by a row of score_steps: the baseline is the lower bound where
   higher is better, else the upper one; the range lies between them. #}
{% macro _directed_min_max(value, steps) -%}
    {%- set range = '(' ~ steps ~ '.upper_bound - ' ~ steps ~ '.lower_bound)' -%}
    {%- set most = dbt_rfm.rfm_most_deviation() -%}
    case {{ steps }}.direction
        {%- for direction, (baseline, deviation) in {
            'higher_is_better': (
                steps ~ '.lower_bound', '(' ~ value ~ ' - ' ~ steps ~ '.lower_bound)'
            ),
            'lower_is_better': (
                steps ~ '.upper_bound', '(' ~ steps ~ '.upper_bound - ' ~ value ~ ')'
            ),
        }.items() %}
        when '{{ direction }}'
            then
                case
                    -- Nobody has the own measure that is the baseline.
                    when {{ range }} is null then 0
                    when {{ range }} > 0 and {{ deviation }} >= {{ most }} * {{ range }}
                        then {{ most }}
                    when {{ range }} > 0 and {{ deviation }} <= -{{ most }} * {{ range }}
                        then -{{ most }}
                    else {{ dbt_rfm.min_max_deviation(value, baseline, range, direction) }}
                end
        {%- endfor %}
    end
{%- endmacro %}

{# The score of a value by the cuts of a row of score_steps, by threshold_score: that of the first bin,
   from the lowest up, whose upper cut the value does not pass. Customers who have the value of an ntile
   cut are told apart by their ids: better tiles hold the smaller ones. #}
{% macro _stepped_score(value, customer_id, steps) -%}
    {%- set bins = [] -%}
    {%- for cut in range(1, dbt_rfm.rfm_most_bins()) -%}
        {%- set tie = dbt_rfm.by_bytes(steps ~ '.tie_customer_id_' ~ cut) -%}
        {%- set is_on_this_side -%}
        case
            when {{ tie }} is null then true
            when {{ steps }}.direction = 'higher_is_better'
                then {{ dbt_rfm.by_bytes(customer_id) }} > {{ tie }}
            else {{ dbt_rfm.by_bytes(customer_id) }} < {{ tie }}
        end
        {%- endset -%}
        {%- do bins.append({
            'upper_bound': steps ~ '.cut_' ~ cut,
            'upper_inclusive': is_on_this_side,
            'score': steps ~ '.score_' ~ cut,
        }) -%}
    {%- endfor -%}
    {%- do bins.append({'score': steps ~ '.score_' ~ dbt_rfm.rfm_most_bins()}) -%}
    {{ dbt_rfm.threshold_score(value, bins) }}
{%- endmacro %}
