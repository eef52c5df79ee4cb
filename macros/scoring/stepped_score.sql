{# The score of a value by the cuts of a row of int_rfm__score_steps: that of the lowest bin and a step
   for each cut that the value lies above. Customers who have the value of an ntile cut are told apart
   by their ids: better tiles hold the smaller ones. #}
{% macro stepped_score(value, customer_id, steps) -%}
    {%- set customer_id = dbt_rfm.by_bytes(customer_id) -%}
    {{ steps }}.lowest_score
    {%- for cut in range(1, dbt_rfm.rfm_most_bins()) %}
    {%- set tie = dbt_rfm.by_bytes(steps ~ '.tie_customer_id_' ~ cut) %}
    + case
        when
            {{ value }} > {{ steps }}.cut_{{ cut }}
            or (
                {{ value }} = {{ steps }}.cut_{{ cut }}
                and case {{ steps }}.direction
                    when 'higher_is_better' then {{ customer_id }} <= {{ tie }}
                    else {{ customer_id }} >= {{ tie }}
                end
            )
            then {{ steps }}.step_{{ cut }}
        else 0
    end
    {%- endfor %}
{%- endmacro %}
