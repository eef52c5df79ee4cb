{# Text that says which build this is. `pattern` is a regular expression of such texts instead, whose
   groups are the invocation id and when it began, in UTC. #}
{% macro build_stamp(pattern=false) -%}
    {%- if pattern -%}
        dbt_rfm: built by invocation ([0-9a-f-]+), begun ([0-9-]+ [0-9:]+) UTC
    {%- else -%}
        dbt_rfm: built by invocation {{ invocation_id }}, begun {{ run_started_at.strftime('%Y-%m-%d %H:%M:%S') }} UTC
    {%- endif -%}
{%- endmacro %}
