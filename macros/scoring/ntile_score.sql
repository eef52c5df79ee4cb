{# Scores 1 to `levels`, best first, by SQL's ntile: documented in _scoring_macros.yml. #}
{% macro ntile_score(value, customer_id, levels=5, direction='higher_is_better', partition_by=none) %}
    {%- do dbt_rfm.check_scoring_arguments('ntile_score', direction, levels) -%}
    {{- return(adapter.dispatch('ntile_score', 'dbt_rfm')(
        value, customer_id, levels, direction, partition_by
    )) -}}
{% endmacro %}

{% macro default__ntile_score(value, customer_id, levels, direction, partition_by) -%}
    case
        when {{ value }} is not null
            then {{ levels }} + 1 - ntile({{ levels }}) over (
                partition by
                    {% if partition_by %}{{ partition_by }},{% endif %}
                    case when {{ value }} is null then 1 else 0 end
                order by
                    {{ value }} {% if direction == 'higher_is_better' %}desc{% else %}asc{% endif %},
                    {{ dbt_rfm.by_bytes(customer_id) }}
            )
    end
{%- endmacro %}
