{# The rows of a policy seed in stg_rfm__policy, with the columns of that seed, as a FROM item. A metric
   is the one that customers are scored in: the column that an own measure takes, whose name stands
   beside it. #}
{% macro rfm_policy_rows(seed) -%}
    (
        select
        {%- for name in dbt_rfm.rfm_policy_columns()[seed] %}
            {%- if name in ['metric', 'baseline_metric'] %}
            {{ name }} as {{ name }}_name,
            scored_{{ name }} as {{ name }}
            {%- else %}
            {{ dbt_rfm.policy_column(name) }}
            {%- endif %}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
        from {{ ref('dbt_rfm', 'stg_rfm__policy') }}
        where seed = '{{ seed }}'
    ) as {{ seed.removeprefix('rfm_') }}
{%- endmacro %}
