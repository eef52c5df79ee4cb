{# A query: `counted`, whose rows have is_common, once for each population: own is everybody, common
   those whom all schemes graded. `measures` are summed by the keys. #}
{% macro populations(counted, keys, measures) -%}
{%- for population, of_whom in {'own': none, 'common': 'is_common'}.items() -%}
select
    '{{ population }}' as population,
    {{ keys | join(',\n    ') }},
    {%- for measure in measures %}
    sum({{ measure }}) as {{ measure }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from {{ counted }}
{%- if of_whom %}
where {{ of_whom }}
{%- endif %}
group by
    {{ keys | join(',\n    ') }}
{%- if not loop.last %}
union all
{% endif %}
{%- endfor -%}
{%- endmacro %}
