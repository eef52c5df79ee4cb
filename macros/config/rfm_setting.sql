{# The value of a plain var, or its default: the one place where defaults stand. #}
{% macro rfm_setting(name) %}
    {%- set demo = dbt_rfm.rfm_uses_demo() -%}
    {%- set defaults = {
        'rfm_as_of_date': none,
        'rfm_latest_order_date':
            (run_started_at + modules.datetime.timedelta(days=1)).strftime('%Y-%m-%d'),
        'rfm_enabled_schemes': none,
        'rfm_policy': {},
        'rfm_scheme_filters': dbt_rfm._demo_scheme_filters() if demo else {},
        'rfm_refunds': 'reject',
        'rfm_max_order_quantity': 1000 if demo else none,
        'rfm_pseudonymise': false,
        'rfm_salt_table': none,
    } -%}
    {%- set value = var(name, none) -%}
    {%- set value = defaults[name] if value is none else value -%}
    {#- From a command line true and false may arrive as text. -#}
    {%- if value is string and value | lower in ['true', 'false'] -%}
        {%- set value = value | lower == 'true' -%}
    {%- endif -%}
    {{- return(value) -}}
{% endmacro %}

{# Which orders of the demo's three businesses each published scheme grades. #}
{% macro _demo_scheme_filters() %}
    {{- return({
        'finance_software': "source_system = 'finance_software' and region = '张家口市'",
        'outdoor_gear': "source_system = 'outdoor_gear' and region = '四川'",
        'leather_market': "source_system = 'leather_market'",
    }) -}}
{% endmacro %}
