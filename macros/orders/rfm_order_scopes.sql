{# The order scopes beside that of all lines: each enabled scheme with a filter has one of its own.
   Returns a dict: scheme -> SQL predicate over the contract columns. #}
{% macro rfm_order_scopes() %}
    {%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') -%}
    {%- set scopes = {} -%}
    {%- for scheme, predicate in dbt_rfm.rfm_setting('rfm_scheme_filters').items()
        if enabled is none or scheme in enabled -%}
        {%- do scopes.update({scheme: predicate}) -%}
    {%- endfor -%}
    {{- return(scopes) -}}
{% endmacro %}
