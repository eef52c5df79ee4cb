{# min_max_deviation of a value by a row of int_rfm__score_steps: the baseline is the lower bound where
   higher is better, else the upper one; the range lies between them. #}
{% macro directed_min_max(value, steps) -%}
    case {{ steps }}.direction
        {%- for direction, baseline in {
            'higher_is_better': 'lower_bound', 'lower_is_better': 'upper_bound',
        }.items() %}
        when '{{ direction }}'
            then {{ dbt_rfm.min_max_deviation(
                value,
                steps ~ '.' ~ baseline,
                '(' ~ steps ~ '.upper_bound - ' ~ steps ~ '.lower_bound)',
                direction
            ) }}
        {%- endfor %}
    end
{%- endmacro %}
