{# The rows of a policy seed in stg_rfm__policy, with the columns of that seed, as a FROM item. #}
{% macro rfm_policy_rows(seed) -%}
    (
        select
        {%- for name in dbt_rfm.rfm_policy_columns()[seed] %}
            {{ dbt_rfm.policy_column(name) }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
        from {{ ref('dbt_rfm', 'stg_rfm__policy') }}
        where seed = '{{ seed }}'
    ) as {{ seed.removeprefix('rfm_') }}
{%- endmacro %}
