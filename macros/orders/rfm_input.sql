{# Where an input comes from. `input` is orders, customers, contacts or measures. Returns a dict:
     kind      demo, path, model, table, or none where nothing is set
     relation  a FROM item, or none
   Two inputs at once are reported by rfm_check_inputs; here the first one wins. #}
{% macro rfm_input(input) %}
    {%- set kind = dbt_rfm._input_kind(input) -%}
    {%- if kind == 'path' -%}
        {%- set relation = dbt_rfm.file_relation(
            var('rfm_' ~ input ~ '_path') | string, dbt_rfm.rfm_csv_options(input)
        ) -%}
    {%- elif kind == 'model' -%}
        {%- set relation = dbt_rfm._user_ref(var('rfm_' ~ input ~ '_model')) -%}
    {%- elif kind == 'table' -%}
        {%- set relation = source('rfm_' ~ input, input) -%}
    {%- elif kind == 'demo' -%}
        {%- set relation = ref('dbt_rfm', 'rfm_demo_' ~ input) -%}
    {%- else -%}
        {%- set relation = none -%}
    {%- endif -%}
    {{- return({'kind': kind, 'relation': relation}) -}}
{% endmacro %}

{# demo, path, model, table or none, without a ref, so that asking makes no dependency. #}
{% macro _input_kind(input) %}
    {%- set given = dbt_rfm._set_inputs(input) -%}
    {%- if given -%}
        {{- return(given[0].replace('rfm_' ~ input ~ '_', '')) -}}
    {%- endif -%}
    {#- No measures come with the demo data. -#}
    {{- return('demo' if dbt_rfm.rfm_uses_demo() and input != 'measures' else none) -}}
{% endmacro %}

{# The names of the vars that set this input. #}
{% macro _set_inputs(input) %}
    {%- set names = [] -%}
    {%- for kind in ['path', 'model', 'table'] if var('rfm_' ~ input ~ '_' ~ kind, none) -%}
        {%- do names.append('rfm_' ~ input ~ '_' ~ kind) -%}
    {%- endfor -%}
    {{- return(names) -}}
{% endmacro %}

{# A model or seed of the root project, or of another package where it is written package.name. #}
{% macro _user_ref(name) %}
    {%- if '.' in name -%}
        {{- return(ref(name.split('.')[0], name.split('.')[1])) -}}
    {%- endif -%}
    {{- return(ref(project_name, name)) -}}
{% endmacro %}
