{# Whether a value lies in a band of rfm_behaviour_bands of this kind; no band holds null. #}
{% macro in_band(value, bands, kind) -%}
    {{ bands }}.kind = '{{ kind }}'
    and {{ value }} is not null
    and ({{ bands }}.lower_bound is null or {{ value }} >= {{ bands }}.lower_bound)
    and ({{ bands }}.upper_bound is null or {{ value }} < {{ bands }}.upper_bound)
{%- endmacro %}
