{# Joins the one row of the salt table to every row, and stops the build where it is not one row
   with a salt. The salt is read at run time, so it stands in no compiled SQL, log or artifact. #}
{% macro join_salt() -%}
    {%- if dbt_rfm.rfm_setting('rfm_pseudonymise') %}
    {%- set salt_table = dbt_rfm.rfm_setting('rfm_salt_table') %}
    {%- set salt = dbt_rfm.strip('salt_rows.salt') %}
    cross join (
        select
            case
                when count(*) <> 1
                    then {{ dbt_rfm.fail_as_text(
                        "'var rfm_salt_table: the table has ' || cast(count(*) as "
                        ~ dbt.type_string() ~ ") || ' rows; write one row with the salt'"
                    ) }}
                when min({{ salt }}) is null
                    then {{ dbt_rfm.fail_as_text(
                        "'var rfm_salt_table: the salt is blank; write a long random text'"
                    ) }}
                else min(salt_rows.salt)
            end as salt
        {#- A file's column is named here: an engine that misses a name tells those it found. #}
        from {{ salt_table }} as salt_rows{{ ' (salt)' if '(' in (salt_table | string) }}
    ) as rfm_salt
    {%- endif %}
{%- endmacro %}
