{# How many characters two texts begin with in common, 32 at most. #}
{% macro common_prefix_length(text, other) -%}
    case
        {%- for length in range(1, 33) %}
        when substring({{ text }}, 1, {{ length }}) <> substring({{ other }}, 1, {{ length }})
            then {{ length - 1 }}
        {%- endfor %}
        else 32
    end
{%- endmacro %}
