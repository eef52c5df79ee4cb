{# Rows that have to stand in a seed, whatever else the policy says: whose fault it is where they do
   not (scheme and seed, or var), the seed, and the first parts of their key. #}
{% macro policy_wanted_rows() %}
    {%- set rows = [['(all)', 'rfm_life_cycles', 'rfm_life_cycles']] -%}
    {%- for kind in dbt_rfm.rfm_allowed_values('behaviour_kind') -%}
        {%- do rows.append(['(all)', 'rfm_behaviour_bands', 'rfm_behaviour_bands', kind]) -%}
    {%- endfor -%}
    {%- for alert, names in dbt_rfm.rfm_allowed_values('alert_limit').items() -%}
        {%- for name in names -%}
            {%- do rows.append(['(all)', 'rfm_alert_limits', 'rfm_alert_limits', alert, name]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- set enabled = dbt_rfm.rfm_setting('rfm_enabled_schemes') or [] -%}
    {%- set demand_scheme = dbt_rfm.rfm_setting('rfm_demand_scheme') -%}
    {%- for name, schemes in {
        'var rfm_enabled_schemes': enabled,
        'var rfm_demand_scheme': [demand_scheme] if demand_scheme is not none else [],
        'var rfm_scheme_filters': dbt_rfm.rfm_setting('rfm_scheme_filters') | list,
    }.items() -%}
        {%- for scheme in schemes -%}
            {%- do rows.append([scheme, name, 'rfm_schemes', scheme]) -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- if demand_scheme is not none and enabled
        and (demand_scheme | string) not in (enabled | map('string')) -%}
        {%- do rows.append(
            [demand_scheme, 'var rfm_demand_scheme', 'rfm_enabled_schemes', demand_scheme]
        ) -%}
    {%- endif -%}
    {{- return(rows) -}}
{% endmacro %}
