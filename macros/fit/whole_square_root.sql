{# The square root of a whole number up to 10^28, a column, cut to a whole number. The engine's own
   root, a binary float on some, may be one off: it is put right by multiplying, which is exact. #}
{% macro whole_square_root(number) -%}
    {%- set guess = dbt_rfm.wide_integer('cast(floor(sqrt(' ~ number ~ ')) as bigint)') -%}
case
    when {{ guess }} * {{ guess }} > {{ number }} then {{ guess }} - 1
    when ({{ guess }} + 1) * ({{ guess }} + 1) <= {{ number }} then {{ guess }} + 1
    else {{ guess }}
end
{%- endmacro %}
