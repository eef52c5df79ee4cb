{# A customer's id as all tables carry it: stripped and, with rfm_pseudonymise, its pseudonym.
   The query that uses it ends with join_salt(). #}
{% macro customer_key(value) -%}
    {%- if dbt_rfm.rfm_setting('rfm_pseudonymise') -%}
        {{ dbt_rfm.pseudonym('rfm_salt.salt', dbt_rfm.strip(value)) }}
    {%- else -%}
        {{ dbt_rfm.strip(value) }}
    {%- endif -%}
{%- endmacro %}
