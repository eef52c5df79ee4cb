{%- set key = dbt_rfm.rfm_line_key('readable_lines') -%}

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
group by {{ key | join(', ') }}
having count(*) > 1
