{# The value of a plain var, or its default: the one place where defaults stand. A map or list var
   of another type, which rfm_check_inputs reports, counts as not set, so that parsing goes on. #}
{% macro rfm_setting(name) %}
    {%- set value = var(name, none) -%}
    {%- if name in ['rfm_policy', 'rfm_scheme_filters', 'rfm_allowed_rejects'] and value is not mapping -%}
        {%- set value = none -%}
    {%- elif name in ['rfm_enabled_schemes', 'rfm_rejected_statuses'] and (value is string or value is not sequence) -%}
        {%- set value = none -%}
    {%- endif -%}
    {%- if value is not none -%}
        {#- From a command line true and false may arrive as text. -#}
        {%- if value is string and value | lower in ['true', 'false'] -%}
            {{- return(value | lower == 'true') -}}
        {%- endif -%}
        {{- return(value) -}}
    {%- endif -%}

    {%- if name == 'rfm_latest_order_date' -%}
        {%- set tomorrow = run_started_at + modules.datetime.timedelta(days=1) -%}
        {{- return(tomorrow.strftime('%Y-%m-%d')) -}}
    {%- elif name == 'rfm_scheme_filters' -%}
        {{- return(dbt_rfm._demo_scheme_filters() if dbt_rfm.rfm_uses_demo() else {}) -}}
    {%- elif name == 'rfm_history_periods' -%}
        {{- return(13 if dbt_rfm.rfm_uses_demo() else 1) -}}
    {%- elif name == 'rfm_max_order_quantity' -%}
        {{- return(1000 if dbt_rfm.rfm_uses_demo() else none) -}}
    {%- endif -%}
    {{- return({
        'rfm_as_of_date': none,
        'rfm_report_date': none,
        'rfm_min_cell_customers': 5,
        'rfm_min_insight_customers': 10,
        'rfm_insight_recency_days': 90,
        'rfm_demand_scheme': none,
        'rfm_outcome_months': 3,
        'rfm_keep_reported': false,
        'rfm_daily_capacity': none,
        'rfm_enabled_schemes': none,
        'rfm_policy': {},
        'rfm_refunds': 'reject',
        'rfm_rejected_statuses': [],
        'rfm_allowed_rejects': {},
        'rfm_pseudonymise': false,
        'rfm_salt_table': none,
    }[name]) -}}
{% endmacro %}

{# Which orders of the demo's three businesses each published scheme grades. #}
{% macro _demo_scheme_filters() %}
    {{- return({
        'finance_software': "source_system = 'finance_software' and region = '张家口市'",
        'outdoor_gear': "source_system = 'outdoor_gear' and region = '四川'",
        'leather_market': "source_system = 'leather_market'",
    }) -}}
{% endmacro %}
