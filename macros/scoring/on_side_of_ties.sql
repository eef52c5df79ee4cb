{# Whether a customer who has the value at a bin's bound stands on the bin's side of the tie. Equal
   values are taken in the order of customer ids, better tiles first. #}
{% macro on_side_of_ties(values, bin) -%}
    {%- set customer_id = dbt_rfm.by_bytes(values ~ '.customer_id') -%}
    {%- set sides = {
        'upper': ('>=', '<='), 'lower': ('<=', '>='),
    } -%}
    {%- for side, (if_higher_is_better, if_lower_is_better) in sides.items() %}
    {%- set tie = bin ~ '.' ~ side ~ '_tie_customer_id' %}
    {% if not loop.first %}and {% endif -%}
    (
        {{ tie }} is null
        or {{ values }}.value <> {{ bin }}.{{ side }}_bound
        or case {{ values }}.direction
            when 'higher_is_better'
                then {{ customer_id }} {{ if_higher_is_better }} {{ dbt_rfm.by_bytes(tie) }}
            else {{ customer_id }} {{ if_lower_is_better }} {{ dbt_rfm.by_bytes(tie) }}
        end
    )
    {%- endfor %}
{%- endmacro %}
