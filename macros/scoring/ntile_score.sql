{# Scores 1 to `levels` by SQL's ntile, best first: documented in _scoring_macros.yml. #}
{% macro ntile_score(value, customer_id, levels=5, direction='higher_is_better', partition_by=none) %}
    {%- do dbt_rfm.check_scoring_arguments('ntile_score', direction, levels) -%}
    {{- return(adapter.dispatch('ntile_score', 'dbt_rfm')(
        value, customer_id, levels, direction, partition_by
    )) -}}
{% endmacro %}

{# By the ranks at which tiles begin, as int_rfm__ntile_bins does it: a score is the number of levels
   less that of the tiles that have begun before. #}
{% macro default__ntile_score(value, customer_id, levels, direction, partition_by) -%}
    {%- set partition -%}
        partition by
            {% if partition_by %}{{ partition_by }},{% endif %}
            case when {{ value }} is null then 1 else 0 end
    {%- endset -%}
    {%- set rank -%}
        row_number() over (
            {{ partition }}
            order by
                {{ value }} {% if direction == 'higher_is_better' %}desc{% else %}asc{% endif %},
                {{ dbt_rfm.by_bytes(customer_id) }}
        )
    {%- endset -%}
    case
        when {{ value }} is not null
            then {{ levels }}
                {%- for tile in range(2, levels + 1) %}
                - case
                    when
                        {{ rank }}
                        >= {{ dbt_rfm.first_rank_of_tile(
                            tile, 'count(*) over (' ~ partition ~ ')', levels
                        ) }}
                        then 1
                    else 0
                end
                {%- endfor %}
    end
{%- endmacro %}
