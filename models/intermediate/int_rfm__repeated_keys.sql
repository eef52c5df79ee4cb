{%- set key = dbt_rfm.rfm_line_key() -%}

with readable_lines as (

    select * from {{ ref('stg_rfm__orders') }}
    where reject_reason is null

)

select
    {%- for column in key %}
    {{ column }} as key_{{ loop.index }},
    {%- endfor %}
    count(*) as copies
from readable_lines
group by {{ range(1, key | length + 1) | join(', ') }}
having count(*) > 1
