{# min_max_deviation with what rfm_score_cutoffs says: the baseline is the lower bound where higher
   is better, else the upper one; the range lies between them. #}
{% macro directed_min_max(values, bin) -%}
    case {{ values }}.direction
        {%- for direction, baseline in {
            'higher_is_better': 'lower_bound', 'lower_is_better': 'upper_bound',
        }.items() %}
        when '{{ direction }}'
            then {{ dbt_rfm.min_max_deviation(
                values ~ '.value',
                bin ~ '.' ~ baseline,
                '(' ~ bin ~ '.upper_bound - ' ~ bin ~ '.lower_bound)',
                direction
            ) }}
        {%- endfor %}
    end
{%- endmacro %}
