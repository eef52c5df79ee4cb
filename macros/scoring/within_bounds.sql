{# Whether a value lies in a bin; an open bound is null. Bounds are columns of `bin`. #}
{% macro within_bounds(value, bin) -%}
    (
        {{ bin }}.lower_bound is null
        or {{ value }} > {{ bin }}.lower_bound
        or ({{ value }} = {{ bin }}.lower_bound and {{ bin }}.lower_inclusive)
    )
    and (
        {{ bin }}.upper_bound is null
        or {{ value }} < {{ bin }}.upper_bound
        or ({{ value }} = {{ bin }}.upper_bound and {{ bin }}.upper_inclusive)
    )
{%- endmacro %}
