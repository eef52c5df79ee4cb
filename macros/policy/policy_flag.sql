{# A policy cell as a boolean; null where it is neither true nor false. #}
{% macro policy_flag(value) -%}
    case lower({{ value }}) when 'true' then true when 'false' then false end
{%- endmacro %}
