{# The refused lines as they were read, with their reason: a query over the CTE `checked_lines`. #}
{% macro rfm_rejected_lines() -%}
select
    {%- for column in dbt_rfm.rfm_contract_columns('orders') %}
    cast({{ column }}_as_read as {{ dbt.type_string() }}) as {{ column }},
    {%- endfor %}
    cast(reject_reason as {{ dbt.type_string() }}) as reason
from checked_lines
where reject_reason is not null
{%- endmacro %}
