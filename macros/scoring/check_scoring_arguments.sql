{# Stops with a message where a scoring macro is called with a direction or a number of levels that
   means nothing. #}
{% macro check_scoring_arguments(macro, direction, levels=none) %}
    {%- set directions = dbt_rfm.rfm_allowed_values('direction') -%}
    {%- if direction not in directions -%}
        {%- do exceptions.raise_compiler_error(
            macro ~ ': found direction "' ~ direction ~ '"; write ' ~ directions | join(' or ')
        ) -%}
    {%- endif -%}
    {%- set most = dbt_rfm.rfm_most_bins() -%}
    {%- if levels is not none and (levels is not integer or levels < 2 or levels > most) -%}
        {%- do exceptions.raise_compiler_error(
            macro ~ ': found levels "' ~ levels ~ '"; write a whole number from 2 to ' ~ most
        ) -%}
    {%- endif -%}
{% endmacro %}
