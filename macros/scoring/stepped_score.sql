{# The score of a value by the cuts of a row of score_steps, by threshold_score: that of the first bin,
   from the lowest up, whose upper cut the value does not pass. Customers who have the value of an ntile
   cut are told apart by their ids: better tiles hold the smaller ones. #}
{% macro stepped_score(value, customer_id, steps) -%}
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
