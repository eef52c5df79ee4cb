{# The two hours that a time lies in, such as 10:00-12:00; null at midnight sharp, for what has a date
   only has that time. #}
{% macro two_hour_band(time) -%}
case
    when not ({{ dbt_rfm.is_midnight(time) }})
        then
            case
                {%- for hour in range(0, 24, 2) %}
                when extract(hour from {{ time }}) < {{ hour + 2 }}
                    then '{{ '%02d:00-%02d:00' % (hour, hour + 2) }}'
                {%- endfor %}
            end
end
{%- endmacro %}
