{# A query: customers with scores, with what these add up to and those that rules look at. `scored` is a
   relation with the score, the method and the weight of each metric, null where the scheme has it not. #}
{% macro summed_scores(scored) -%}
{%- set metrics = dbt_rfm.rfm_allowed_values('scored_metric') -%}
select
    *,
    -- Scores of min_max are not finite: no rule looks at them.
    {%- for metric in ['recency', 'frequency', 'monetary'] %}
    case when {{ metric }}_method <> 'min_max' then {{ metric }}_score end as {{ metric }}_cell,
    {%- endfor %}
    cast(
        {%- for metric in metrics %}
        {% if not loop.first %}+ {% endif -%}
        coalesce({{ dbt_rfm.contribution(metric ~ '_weight', metric ~ '_score') | indent(8) }}, 0)
        {%- endfor %}
        as {{ dbt_rfm.type_decimal(33, 18) }}
    ) as contributions
from {{ scored }}
{%- endmacro %}
