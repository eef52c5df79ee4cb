{# How many contacts a cadence makes in a year: 365 days, 52 weeks, 12 months, 4 quarters or 1 year. #}
{% macro contacts_per_year(contacts, every_n, period) -%}
    {%- set in_every_n_years -%}
        cast({{ contacts }} as bigint) * case {{ period }}
            {%- for name, count in {
                'day': 365, 'week': 52, 'month': 12, 'quarter': 4, 'year': 1,
            }.items() %} when '{{ name }}' then {{ count }}{% endfor %} end
    {%- endset -%}
    cast(
        {{ dbt_rfm.divide_half_up('(' ~ in_every_n_years ~ ')', 'cast(' ~ every_n ~ ' as bigint)') }}
        as {{ dbt_rfm.type_decimal(28, 6) }}
    )
{%- endmacro %}
