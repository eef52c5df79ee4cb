{# The key of a graded customer as one text: of joins on several columns an engine without statistics
   expects next to no rows, and loops. `customers` is a relation with scheme, as_of_date and
   customer_id. #}
{% macro graded_key(customers) -%}
{{ customers }}.scheme
|| '/' || cast({{ customers }}.as_of_date as {{ dbt.type_string() }})
|| '/' || {{ customers }}.customer_id
{%- endmacro %}
