{# What all metrics add to the score together: `scored` is a relation with the columns of
   scored_customers. #}
{% macro total_contribution(scored) -%}
{%- set contributions = [] -%}
{%- for metric in dbt_rfm.rfm_allowed_values('metric') -%}
    {%- set contribution = dbt_rfm.contribution(
        scored ~ '.' ~ metric ~ '_weight', scored ~ '.' ~ metric ~ '_score'
    ) -%}
    {%- do contributions.append('coalesce(' ~ contribution ~ ', 0)') -%}
{%- endfor -%}
({{ contributions | join('\n + ') }})
{%- endmacro %}
