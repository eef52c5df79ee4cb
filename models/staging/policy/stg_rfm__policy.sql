-- All policy seeds in one table, for they are many and small: each cell as what it says and, in a
-- column that ends in _text, as it is written. It says nothing where it is no number or the like,
-- which rfm_policy_problems reports.

{%- set types = dbt_rfm.policy_types() -%}
{%- set typed = types.values() | sum(start=[]) -%}
{%- set names = dbt_rfm.rfm_policy_columns().values() | sum(start=[]) %}

with policy_cells as (

    {{ dbt_rfm.policy_cells() }}

),

stripped as (

    select
        seed,
        {%- for name in names | unique %}
        {%- set column = dbt_rfm.policy_column(name) %}
        {{ dbt_rfm.strip(column, of_few=true) }} as {{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from policy_cells

)

select
    seed,
    {%- for name in names | unique if name not in typed + ['window', 'id'] %}
    {{ dbt_rfm.policy_column(name) }},
    {%- endfor %}
    coalesce(baseline_metric, metric) as baseline_metric,
    coalesce(metric_window, 'scheme') as metric_window,
    -- dbt's loader makes nothing of the word null.
    coalesce(lower(id), 'null') as id,
    cast({{ dbt_rfm.to_timestamp('window_start') }} as date) as window_start,
    {%- for name in types.flag %}
    case lower({{ name }}) when 'true' then true when 'false' then false end as {{ name }},
    {%- endfor %}
    {%- for name in types.integer %}
    -- A whole number of at most 7 digits.
    case
        when {{ dbt_rfm.matches(name, '[+-]?[0-9]{1,7}([.]0*)?') }}
            then cast({{ dbt_rfm.decimal(name) }} as integer)
    end as {{ name }},
    {%- endfor %}
    {%- for name in types.number %}
    -- At most 15 digits before the point, so that what is made of it fits, and 6 after it.
    case
        when
            {{ dbt_rfm.matches(name, '[+-]?([0-9]{1,15}([.][0-9]{0,6}0*)?|[.][0-9]{1,6}0*)') }}
            then {{ dbt_rfm.decimal(name) }}
    end as {{ name }},
    {%- endfor %}
    {%- for name in typed %}
    {{ name }} as {{ name }}_text
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from stripped
