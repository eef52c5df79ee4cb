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

),

-- Metrics that are none of orders.
named_measures as (

    {%- for column in ['metric', 'baseline_metric'] %}

    select
        scheme,
        {{ column }} as measure
    from stripped
    where
        seed = 'rfm_scheme_metrics'
        and {{ column }} not in (
            {{ dbt_rfm.text_list(dbt_rfm.rfm_allowed_values('metric')) }}
        )
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

own_measures as (

    select
        scheme,
        measure,
        'measure_' || cast(
            row_number() over (
                partition by scheme
                order by {{ dbt_rfm.by_bytes('measure') }}
            ) as {{ dbt.type_string() }}
        ) as scored_metric
    from named_measures
    group by scheme, measure

),

measured as (

    select
        stripped.*,
        own_metrics.scored_metric as own_metric,
        own_baselines.scored_metric as own_baseline
    from stripped
    left join own_measures as own_metrics
        on
            stripped.scheme = own_metrics.scheme
            and stripped.metric = own_metrics.measure
    left join own_measures as own_baselines
        on
            stripped.scheme = own_baselines.scheme
            and stripped.baseline_metric = own_baselines.measure

)

select
    seed,
    {%- for name in names | unique if name not in typed + ['window', 'id'] %}
    {{ dbt_rfm.policy_column(name) }},
    {%- endfor %}
    coalesce(baseline_metric, metric) as baseline_metric,
    coalesce(own_metric, metric) as scored_metric,
    coalesce(own_baseline, baseline_metric, own_metric, metric) as scored_baseline_metric,
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
from measured
