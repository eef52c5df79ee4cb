-- What each method settled, in one shape.

{%- set number = dbt_rfm.type_decimal(28, 6) -%}
{%- set text = dbt.type_string() -%}
{#- The columns of a bin, each with what it is for methods that do not set it. -#}
{%- set columns = {
    'lower_bound': 'cast(null as ' ~ number ~ ')',
    'lower_inclusive': 'cast(null as boolean)',
    'upper_bound': 'cast(null as ' ~ number ~ ')',
    'upper_inclusive': 'cast(null as boolean)',
    'lower_tie_customer_id': 'cast(null as ' ~ text ~ ')',
    'upper_tie_customer_id': 'cast(null as ' ~ text ~ ')',
    'last_customer_id': 'cast(null as ' ~ text ~ ')',
    'can_hold_a_value': 'false',
} -%}
{%- set bounds = (columns | list)[:4] -%}
{%- set set_by = {
    'threshold': bounds + ['can_hold_a_value'],
    'quantile': bounds + ['can_hold_a_value'],
    'ntile': columns | list,
    'min_max': bounds,
    'lookup': [],
} %}

with periods as (
    select * from {{ ref('int_rfm__periods') }}
    where period = 'as_of'
),

scheme_metrics as (
    select * from {{ dbt_rfm.rfm_policy_rows('rfm_scheme_metrics') }}
),

threshold_bins as (

    select
        periods.scheme,
        periods.as_of_date,
        score_bins.metric,
        {{ dbt_rfm.plain_decimal('score_bins.score') }} as bin,
        score_bins.score,
        score_bins.lower_bound,
        score_bins.upper_bound,
        case when score_bins.lower_bound is not null then score_bins.lower_inclusive end
            as lower_inclusive,
        case when score_bins.upper_bound is not null then score_bins.upper_inclusive end
            as upper_inclusive,
        true as can_hold_a_value
    from {{ dbt_rfm.rfm_policy_rows('rfm_score_bins') }}
    inner join periods
        on score_bins.scheme = periods.scheme

),

quantile_bins as (

    select
        *,
        cast(score as {{ text }}) as bin
    from {{ ref('int_rfm__quantile_bins') }}

),

ntile_bins as (

    select
        *,
        cast(score as {{ text }}) as bin
    from {{ ref('int_rfm__ntile_bins') }}

),

min_max_bins as (

    select
        *,
        'range' as bin,
        cast(null as {{ dbt_rfm.type_decimal(18, 6) }}) as score
    from {{ ref('int_rfm__min_max_bins') }}

),

lookup_bins as (select * from {{ ref('int_rfm__lookup_bins') }}),

bins as (

    {%- for method, set_columns in set_by.items() %}

    select
        scheme,
        as_of_date,
        metric,
        bin,
        cast(score as {{ dbt_rfm.type_decimal(18, 6) }}) as score,
        {%- for column, otherwise in columns.items() %}
        {{ column if column in set_columns else otherwise }} as {{ column }}
        {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from {{ method }}_bins
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    bins.*,
    scheme_metrics.metric_name,
    scheme_metrics.method,
    scheme_metrics.direction,
    scheme_metrics.weight
from bins
inner join scheme_metrics
    on
        bins.scheme = scheme_metrics.scheme
        and bins.metric = scheme_metrics.metric
