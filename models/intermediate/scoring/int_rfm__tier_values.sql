-- Counted once and written, for what is looked for in them reads them several times.

{%- set measures = ['recency_days', 'frequency', 'monetary'] %}

with graded_customers as (select * from {{ ref('int_rfm__graded_customers') }}),

counted as (

    {%- for measure in measures %}

    select
        scheme,
        as_of_date,
        tier,
        '{{ measure }}' as measure,
        cast({{ measure }} as {{ dbt_rfm.type_decimal(28, 6) }}) as value,
        count(*) as customers
    from graded_customers
    group by
        scheme,
        as_of_date,
        tier,
        {{ measure }}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    *,
    {{ dbt_rfm.value_bucket('value') }} as value_bucket
from counted
