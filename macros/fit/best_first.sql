{# A query: groups of equal value, each with what is above it and what there is in all. `groups` is
   a relation with the keys, a value (decimal, higher is better) and the measures. What is above is
   summed by buckets of values first, then within a bucket, so that nobody sorts all values. #}
{% macro best_first(groups, keys, measures) -%}
{%- set of_type = {'revenue': dbt_rfm.type_decimal(28, 6)} -%}
with bucketed as (

    select
        *,
        {{ dbt_rfm.value_bucket('value') | indent(8) }} as value_bucket
    from {{ groups }}

),

buckets as (

    select
        {{ keys | join(',\n        ') }},
        value_bucket,
        {%- for measure in measures %}
        cast(sum({{ measure }}) as {{ of_type.get(measure, 'bigint') }}) as {{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from bucketed
    group by
        {{ keys | join(',\n        ') }},
        value_bucket

),

running_buckets as (

    select
        {{ keys | join(',\n        ') }},
        value_bucket,
        {%- for measure in measures %}
        sum({{ measure }}) over (
            partition by {{ keys | join(', ') }}
            order by value_bucket desc
            rows between unbounded preceding and current row
        ) - {{ measure }} as {{ measure }}_in_better_buckets,
        sum({{ measure }}) over (partition by {{ keys | join(', ') }}) as all_{{ measure }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from buckets

)

select
    {%- for key in keys %}
    bucketed.{{ key }},
    {%- endfor %}
    bucketed.value,
    {%- for measure in measures %}
    {%- set type = of_type.get(measure, 'bigint') %}
    cast(bucketed.{{ measure }} as {{ type }}) as {{ measure }},
    cast(
        running_buckets.{{ measure }}_in_better_buckets
        + sum(bucketed.{{ measure }}) over (
            partition by
                {%- for key in keys %}
                bucketed.{{ key }},
                {%- endfor %}
                bucketed.value_bucket
            order by bucketed.value desc
            rows between unbounded preceding and current row
        ) - bucketed.{{ measure }} as {{ type }}
    ) as {{ measure }}_above,
    cast(running_buckets.all_{{ measure }} as {{ type }}) as all_{{ measure }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from bucketed
inner join running_buckets
    on
        {{ dbt_rfm.same_values(
            'bucketed', 'running_buckets', keys + ['value_bucket']
        ) | indent(8) }}
{%- endmacro %}
