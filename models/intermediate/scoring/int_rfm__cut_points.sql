-- What each method settled, in one shape, and for each bin the next better one.

{%- set bounds = [
    'lower_bound', 'lower_inclusive', 'upper_bound', 'upper_inclusive',
    'lower_tie_customer_id', 'upper_tie_customer_id', 'last_customer_id',
] -%}
{%- set types = {
    'lower_bound': dbt_rfm.type_decimal(28, 6), 'lower_inclusive': 'boolean',
    'upper_bound': dbt_rfm.type_decimal(28, 6), 'upper_inclusive': 'boolean',
    'lower_tie_customer_id': dbt.type_string(), 'upper_tie_customer_id': dbt.type_string(),
    'last_customer_id': dbt.type_string(),
} %}

with threshold_bins as (

    select
        scheme,
        as_of_date,
        metric,
        {{ dbt_rfm.plain_decimal('score') }} as bin,
        score,
        lower_bound,
        lower_inclusive,
        upper_bound,
        upper_inclusive,
        {%- for bound in bounds[4:] %}
        cast(null as {{ types[bound] }}) as {{ bound }},
        {%- endfor %}
        true as can_hold_a_value
    from {{ ref('int_rfm__threshold_bins') }}

),

quantile_bins as (

    select
        scheme,
        as_of_date,
        metric,
        cast(score as {{ dbt.type_string() }}) as bin,
        score,
        lower_bound,
        lower_inclusive,
        upper_bound,
        upper_inclusive,
        {%- for bound in bounds[4:] %}
        cast(null as {{ types[bound] }}) as {{ bound }},
        {%- endfor %}
        lower_bound is null or upper_bound is null or lower_bound < upper_bound
            as can_hold_a_value
    from {{ ref('int_rfm__quantile_bins') }}

),

directed_ntile_bins as (

    select
        *,
        direction = 'higher_is_better' as is_higher_better,
        case when is_tie_with_worse_tile then last_customer_id end
            as tie_with_worse_tile_customer_id
    from {{ ref('int_rfm__ntile_bins') }}

),

ntile_bins as (

    select
        scheme,
        as_of_date,
        metric,
        cast(score as {{ dbt.type_string() }}) as bin,
        score,
        case when is_higher_better then last_value else first_value end as lower_bound,
        case when customers > 0 then true end as lower_inclusive,
        case when is_higher_better then first_value else last_value end as upper_bound,
        case when customers > 0 then true end as upper_inclusive,
        case
            when is_higher_better then tie_with_worse_tile_customer_id
            else tie_with_better_tile_customer_id
        end as lower_tie_customer_id,
        case
            when is_higher_better then tie_with_better_tile_customer_id
            else tie_with_worse_tile_customer_id
        end as upper_tie_customer_id,
        last_customer_id,
        customers > 0 as can_hold_a_value
    from directed_ntile_bins

),

min_max_bins as (

    select
        scheme,
        as_of_date,
        metric,
        'range' as bin,
        cast(null as {{ dbt_rfm.type_decimal(18, 6) }}) as score,
        lower_bound,
        case when customers > 0 then true end as lower_inclusive,
        upper_bound,
        case when customers > 0 then true end as upper_inclusive,
        {%- for bound in bounds[4:] %}
        cast(null as {{ types[bound] }}) as {{ bound }},
        {%- endfor %}
        false as can_hold_a_value
    from {{ ref('int_rfm__min_max_bins') }}

),

lookup_bins as (

    select
        scheme,
        as_of_date,
        metric,
        {{ dbt_rfm.column_name('identity') }} as bin,
        score,
        {%- for bound in bounds %}
        cast(null as {{ types[bound] }}) as {{ bound }},
        {%- endfor %}
        false as can_hold_a_value
    from {{ ref('int_rfm__lookup_bins') }}

),

bins as (

    {%- for method in ['threshold', 'quantile', 'ntile', 'min_max', 'lookup'] %}

    select
        '{{ method }}' as method,
        scheme,
        as_of_date,
        metric,
        bin,
        cast(score as {{ dbt_rfm.type_decimal(18, 6) }}) as score,
        {%- for bound in bounds %}
        {{ bound }},
        {%- endfor %}
        can_hold_a_value
    from {{ method }}_bins
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

)

select
    scheme,
    as_of_date,
    metric,
    method,
    bin,
    score,
    {%- for bound in bounds %}
    {{ bound }},
    {%- endfor %}
    can_hold_a_value,
    {%- for column in ['score'] + bounds[:4] + bounds[6:] %}
    case
        when can_hold_a_value
            then lead({{ column }}) over (
                partition by scheme, as_of_date, metric, can_hold_a_value
                order by score
            )
    end as next_{{ column }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from bins
