{# The sets of order lines that schemes grade: a scheme in rfm_scheme_filters has a set of its own,
   all others share the set of all lines.
   Returns a dict: name of the set -> SQL predicate over the contract columns. #}
{% macro rfm_line_sets() %}
    {%- set filters = dbt_rfm.rfm_setting('rfm_scheme_filters') -%}
    {%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
    {%- set sets = {} -%}
    {%- if enabled is none or (enabled | reject('in', filters) | list) -%}
        {%- do sets.update({dbt_rfm.rfm_all_lines(): '1 = 1'}) -%}
    {%- endif -%}
    {%- for scheme, predicate in filters.items() if enabled is none or scheme in enabled -%}
        {%- do sets.update({scheme: predicate}) -%}
    {%- endfor -%}
    {{- return(sets) -}}
{% endmacro %}
