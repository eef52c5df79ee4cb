{# Whether the shipped demo data is graded: rfm_demo where it is set; otherwise in a clone of this
   project, not in an installed package, and only while no orders input is set. The same rule
   stands in seeds/demo/_rfm_demo.yml, for YAML files cannot call macros. #}
{% macro rfm_uses_demo() %}
    {%- set demo = var('rfm_demo', none) -%}
    {%- if demo is none -%}
        {{- return(project_name == 'dbt_rfm' and not dbt_rfm._set_inputs('orders')) -}}
    {%- endif -%}
    {{- return(demo | string | lower == 'true') -}}
{% endmacro %}
