{# Whether a cell's score of one metric lies in a rule's bounds, both inclusive; blank is open. #}
{% macro matches_rule(metric, cell, rule) -%}
    ({{ rule }}.{{ metric }}_min is null or {{ cell }}.{{ metric }}_score >= {{ rule }}.{{ metric }}_min)
    and (
        {{ rule }}.{{ metric }}_max is null
        or {{ cell }}.{{ metric }}_score <= {{ rule }}.{{ metric }}_max
    )
{%- endmacro %}
