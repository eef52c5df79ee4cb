{# Shows each row of a one-column query as a warning of its own while tests run: dbt's line about a
   data test gives a number of rows and never what they say. #}
{% macro warn_with_rows(query) %}
    {%- if execute and flags.WHICH in ['build', 'test'] -%}
        {%- for message in run_query(query).columns[0].values() -%}
            {%- do exceptions.warn('dbt_rfm: ' ~ message) -%}
        {%- endfor -%}
    {%- endif -%}
{% endmacro %}
