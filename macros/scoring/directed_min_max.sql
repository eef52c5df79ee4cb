{# min_max_deviation of a value by a row of score_steps: the baseline is the lower bound where
   higher is better, else the upper one; the range lies between them. #}
{% macro directed_min_max(value, steps) -%}
    {%- set range = '(' ~ steps ~ '.upper_bound - ' ~ steps ~ '.lower_bound)' -%}
    {%- set most = dbt_rfm.rfm_most_deviation() -%}
    case {{ steps }}.direction
        {%- for direction, (baseline, deviation) in {
            'higher_is_better': (
                steps ~ '.lower_bound', '(' ~ value ~ ' - ' ~ steps ~ '.lower_bound)'
            ),
            'lower_is_better': (
                steps ~ '.upper_bound', '(' ~ steps ~ '.upper_bound - ' ~ value ~ ')'
            ),
        }.items() %}
        when '{{ direction }}'
            then
                case
                    when {{ range }} > 0 and {{ deviation }} >= {{ most }} * {{ range }}
                        then {{ most }}
                    when {{ range }} > 0 and {{ deviation }} <= -{{ most }} * {{ range }}
                        then -{{ most }}
                    else {{ dbt_rfm.min_max_deviation(value, baseline, range, direction) }}
                end
        {%- endfor %}
    end
{%- endmacro %}
