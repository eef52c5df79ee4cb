{# Scores 1 to `levels` by type-7 percentiles: documented in _scoring_macros.yml. #}
{% macro quantile_score(value, levels=5, direction='higher_is_better', partition_by=none) %}
    {%- do dbt_rfm.check_scoring_arguments('quantile_score', direction, levels) -%}
    {{- return(adapter.dispatch('quantile_score', 'dbt_rfm')(
        value, levels, direction, partition_by
    )) -}}
{% endmacro %}

{# Cut i lies at position (n - 1) x i / k of the sorted values, between two of them. A value is
   above it exactly if more than that many values are smaller than itself, so that ranks in whole
   numbers decide and nothing needs to be interpolated. #}
{% macro default__quantile_score(value, levels, direction, partition_by) -%}
    {%- set partition -%}
        partition by
            {% if partition_by %}{{ partition_by }},{% endif %}
            case when {{ value }} is null then 1 else 0 end
    {%- endset -%}
    case
        when {{ value }} is not null
            then {% if direction == 'higher_is_better' %}1 +{% else %}{{ levels }} -{% endif %} (
                {%- for cut in range(1, levels) %}
                {% if not loop.first %}+ {% endif -%}
                case
                    when
                        (rank() over ({{ partition }} order by {{ value }}) - 1) * {{ levels }}
                        > {{ dbt_rfm.position_of_quantile(
                            cut, 'count(*) over (' ~ partition ~ ')'
                        ) }}
                        then 1
                    else 0
                end
                {%- endfor %}
            )
    end
{%- endmacro %}
