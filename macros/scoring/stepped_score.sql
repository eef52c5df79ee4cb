{# The score of a value by the cuts of a row of score_steps: that of the first bin, from the
   lowest up, whose upper cut the value does not pass. Customers who have the value of an ntile cut are
   told apart by their ids: better tiles hold the smaller ones. #}
{% macro stepped_score(value, customer_id, steps) -%}
    {%- set customer_id = dbt_rfm.by_bytes(customer_id) -%}
    {%- set most_bins = dbt_rfm.rfm_most_bins() -%}
    case
        {%- for cut in range(1, most_bins) %}
        {%- set tie = dbt_rfm.by_bytes(steps ~ '.tie_customer_id_' ~ cut) %}
        when
            {{ steps }}.cut_{{ cut }} is null
            or {{ value }} < {{ steps }}.cut_{{ cut }}
            or (
                {{ value }} = {{ steps }}.cut_{{ cut }}
                and case
                    when {{ tie }} is null then true
                    when {{ steps }}.direction = 'higher_is_better'
                        then {{ customer_id }} > {{ tie }}
                    else {{ customer_id }} < {{ tie }}
                end
            )
            then {{ steps }}.score_{{ cut }}
        {%- endfor %}
        else {{ steps }}.score_{{ most_bins }}
    end
{%- endmacro %}
