{# The day as of which the tables for action are reckoned, for a scheme with this as-of date: the var
   rfm_report_date, or the as-of date itself. An earlier report date stops the build. #}
{% macro rfm_report_date(scheme, as_of_date) -%}
    {%- set report_date = dbt_rfm.rfm_setting('rfm_report_date') -%}
    {%- if report_date is none -%}
        {{ as_of_date }}
    {%- else -%}
        case
            when {{ as_of_date }} > {{ dbt_rfm.date_literal(report_date) }}
                then cast({{ dbt_rfm.fail_as_text(
                    "'var rfm_report_date: found \"" ~ report_date ~ "\", which is before the as-of"
                    ~ " date of scheme ' || " ~ scheme ~ " || '; write a date from ' || cast("
                    ~ as_of_date ~ " as " ~ dbt.type_string() ~ ")"
                ) }} as date)
            else {{ dbt_rfm.date_literal(report_date) }}
        end
    {%- endif -%}
{%- endmacro %}
