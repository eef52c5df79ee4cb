{{ config(materialized='ephemeral') }}

-- The seeds without schemes that behaviour and alerts go by.

{%- set bands_seed = 'rfm_behaviour_bands' -%}
{%- set sensitivities_seed = 'rfm_price_sensitivity' -%}
{%- set cycles_seed = 'rfm_life_cycles' -%}
{%- set limits_seed = 'rfm_alert_limits' -%}
{%- set alert_limits = dbt_rfm.rfm_allowed_values('alert_limit') -%}
{%- set none_found = 'cast(null as ' ~ dbt.type_string() ~ ')' -%}

{%- set blank = ", '(blank)')" -%}
{%- set of_band = "' of band ' || coalesce(band" ~ blank ~ " || ' of ' || coalesce(kind" ~ blank -%}
{%- set of_pair = "' of ' || coalesce(discount_band" ~ blank
    ~ " || ' and ' || coalesce(order_value_band" ~ blank -%}
{%- set of_cycle = "' of ' || coalesce(life_cycle" ~ blank -%}
{%- set of_limit = "' of limit ' || coalesce(limit_name" ~ blank
    ~ " || ' of alert ' || coalesce(alert" ~ blank -%}
{%- set from_lowest -%}
            partition by kind
            order by
                case when lower_bound is null then 0 else 1 end,
                lower_bound,
                case when upper_bound is null then 1 else 0 end,
                upper_bound,
                {{ dbt_rfm.by_bytes("coalesce(band, '')") }}
{%- endset %}

with bands as (

    select
        *,
        '(all)' as scheme
    from {{ ref('stg_rfm__behaviour_bands') }}

),

sensitivities as (

    select
        *,
        '(all)' as scheme
    from {{ ref('stg_rfm__price_sensitivity') }}

),

life_cycles as (

    select
        *,
        '(all)' as scheme
    from {{ ref('stg_rfm__life_cycles') }}

),

limits as (

    select
        *,
        '(all)' as scheme
    from {{ ref('stg_rfm__alert_limits') }}

),

kinds as (

    {%- for kind in dbt_rfm.rfm_allowed_values('behaviour_kind') %}
    select
        '(all)' as scheme,
        '{{ kind }}' as kind
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}

),

-- Bands in the order of their values, each beside the next one.
neighbours as (

    select
        *,
        row_number() over ({{ from_lowest }}) as band_number,
        count(*) over (partition by kind) as band_count,
        lead(band) over ({{ from_lowest }}) as next_band,
        lead(lower_bound) over ({{ from_lowest }}) as next_lower_bound,
        lead(lower_bound_text) over ({{ from_lowest }}) as next_lower_bound_text
    from bands
    where
        (lower_bound_text is null or lower_bound is not null)
        and (upper_bound_text is null or upper_bound is not null)

),

pairs as (

    select distinct
        discount_bands.scheme,
        discount_bands.band as discount_band,
        order_value_bands.band as order_value_band
    from bands as discount_bands
    cross join bands as order_value_bands
    where
        discount_bands.kind = 'discount_rate'
        and discount_bands.band is not null
        and order_value_bands.kind = 'order_value'
        and order_value_bands.band is not null

),

priorities as (

    select
        '(all)' as scheme,
        count(*) as life_cycles,
        count(priority) as readable,
        count(distinct priority) as different,
        min(priority) as first_priority,
        max(priority) as last_priority,
        {{ dbt_rfm.joined_text(
            'priority_text', "', '", 'priority, ' ~ dbt_rfm.by_bytes('life_cycle')
        ) }} as found_priorities
    from life_cycles

),

ordered_cycles as (

    select
        *,
        count(*) over (partition by scheme) as cycle_count,
        row_number() over (
            partition by scheme
            order by
                case when priority is null then 1 else 0 end,
                priority,
                {{ dbt_rfm.by_bytes("coalesce(life_cycle, '')") }}
        ) as cycle_number
    from life_cycles

),

readable_cycles as (

    select *
    from life_cycles
    where
        priority is not null
        and (max_tenure_days_text is null or max_tenure_days is not null)
        and (max_recency_days_text is null or max_recency_days is not null)

),

-- Life cycles beside an earlier one that takes all their customers.
covered_cycles as (

    select
        later.scheme,
        later.life_cycle,
        earlier.life_cycle as earlier_life_cycle,
        earlier.max_tenure_days_text,
        earlier.max_recency_days_text
    from readable_cycles as earlier
    inner join readable_cycles as later
        on
            earlier.priority < later.priority
            and (
                earlier.max_tenure_days is null
                or earlier.max_tenure_days >= later.max_tenure_days
            )
            and (
                earlier.max_recency_days is null
                or earlier.max_recency_days >= later.max_recency_days
            )

),

known_limits as (

    {%- for alert, names in alert_limits.items() %}
    {%- set is_last_alert = loop.last %}
    {%- for name in names %}
    select
        '(all)' as scheme,
        '{{ alert }}' as alert,
        '{{ name }}' as limit_name
    {%- if not (is_last_alert and loop.last) %}
    union all
    {%- endif %}
    {%- endfor %}
    {%- endfor %}

)

{{ dbt_rfm.policy_check_keys('bands', bands_seed, ['kind', 'band']) }}
union all
{{ dbt_rfm.policy_check_word(
    'bands', bands_seed, 'kind', dbt_rfm.rfm_allowed_values('behaviour_kind'),
    where='kind is not null'
) }}
{%- for end in ['lower_bound', 'upper_bound'] %}
union all
{{ dbt_rfm.policy_check_number(
    'bands', bands_seed, end, end ~ ' <= 1',
    'a number up to 1 with at most 6 decimals, such as 0.1 for a tenth, or leave it blank where it'
    ~ ' is open',
    of_band, is_optional=true, where="kind = 'discount_rate'"
) }}
union all
{{ dbt_rfm.policy_check_number(
    'bands', bands_seed, end, end ~ ' >= 0',
    'a number from 0 with at most 15 digits before the point and 6 after, or leave it blank where'
    ~ ' it is open',
    of_band, is_optional=true, where="(kind is null or kind <> 'discount_rate')"
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check(
    'kinds',
    bands_seed,
    'not exists (select 1 as found from bands where bands.kind = kinds.kind)',
    "'there are no bands of kind ' || kind",
    none_found,
    "'at least one row for it'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    bands_seed,
    'band_number = 1 and lower_bound is not null',
    "'lower_bound' || " ~ of_band ~ " || ', the lowest, leaves lower values out'",
    'lower_bound_text',
    "'a blank lower_bound'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    bands_seed,
    'band_number = band_count and upper_bound is not null',
    "'upper_bound' || " ~ of_band ~ " || ', the highest, leaves higher values out'",
    'upper_bound_text',
    "'a blank upper_bound'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    bands_seed,
    'lower_bound >= upper_bound',
    "'the bounds' || " ~ of_band ~ " || ' hold no value'",
    "lower_bound_text || ' to ' || upper_bound_text",
    "'a lower_bound below the upper_bound'"
) }}
union all
{{ dbt_rfm.policy_check(
    'neighbours',
    bands_seed,
    'band_number < band_count'
    ~ ' and (upper_bound is null or next_lower_bound is null or upper_bound <> next_lower_bound)',
    "'gap or overlap between upper_bound' || " ~ of_band
    ~ " || ' and lower_bound of band ' || coalesce(next_band, '(blank)')",
    "'upper_bound ' || coalesce(upper_bound_text, 'blank')"
    ~ " || ', next lower_bound ' || coalesce(next_lower_bound_text, 'blank')",
    "'the same number in both'"
) }}
union all
{{ dbt_rfm.policy_check_keys(
    'sensitivities', sensitivities_seed, ['discount_band', 'order_value_band']
) }}
{%- for column, kind in {
    'discount_band': 'discount_rate', 'order_value_band': 'order_value',
}.items() %}
union all
{{ dbt_rfm.policy_check(
    'sensitivities',
    sensitivities_seed,
    column ~ ' is not null and not exists (select 1 as found from bands'
    ~ " where bands.kind = '" ~ kind ~ "' and bands.band = sensitivities." ~ column ~ ')',
    "'the " ~ column ~ " is unknown'",
    column,
    "'a band of kind " ~ kind ~ " in rfm_behaviour_bands'"
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check(
    'sensitivities',
    sensitivities_seed,
    'price_sensitivity is null',
    "'price_sensitivity' || " ~ of_pair ~ " || ' is blank'",
    'price_sensitivity',
    "'a word, such as low, medium or high'"
) }}
union all
{{ dbt_rfm.policy_check(
    'pairs',
    sensitivities_seed,
    'not exists (select 1 as found from sensitivities'
    ~ ' where sensitivities.discount_band = pairs.discount_band'
    ~ ' and sensitivities.order_value_band = pairs.order_value_band)',
    "'there is no row for discount_band ' || discount_band"
    ~ " || ' and order_value_band ' || order_value_band",
    none_found,
    "'a row for every pair of bands'"
) }}
union all
{{ dbt_rfm.policy_check_keys('life_cycles', cycles_seed, ['life_cycle']) }}
union all
{{ dbt_rfm.policy_check_number(
    'life_cycles', cycles_seed, 'priority', '1 = 1', 'a whole number, 1 for what is tried first',
    of_cycle
) }}
{%- for column in ['max_tenure_days', 'max_recency_days'] %}
union all
{{ dbt_rfm.policy_check_number(
    'life_cycles', cycles_seed, column, column ~ ' >= 0',
    'a whole number of days from 0, or leave it blank where it is open', of_cycle,
    is_optional=true
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check(
    'priorities',
    cycles_seed,
    'life_cycles = 0',
    "'there are no life cycles'",
    none_found,
    "'at least one row, the last with blank limits'"
) }}
union all
{{ dbt_rfm.policy_check(
    'priorities',
    cycles_seed,
    'life_cycles = readable'
    ~ ' and (different <> life_cycles or first_priority <> 1 or last_priority <> life_cycles)',
    "'priority is not 1 to ' || cast(life_cycles as " ~ dbt.type_string() ~ ") || ', each once'",
    'found_priorities',
    "'1 for what is tried first, then 2, 3 and so on'"
) }}
union all
{{ dbt_rfm.policy_check(
    'ordered_cycles',
    cycles_seed,
    'cycle_number = cycle_count and priority is not null'
    ~ ' and (max_tenure_days_text is not null or max_recency_days_text is not null)',
    "'the limits' || " ~ of_cycle ~ " || ', the last, leave customers without a life cycle'",
    "coalesce(max_tenure_days_text, 'blank') || ', ' || coalesce(max_recency_days_text, 'blank')",
    "'blank max_tenure_days and max_recency_days'"
) }}
union all
{{ dbt_rfm.policy_check(
    'covered_cycles',
    cycles_seed,
    '1 = 1',
    "coalesce(life_cycle" ~ blank ~ " || ' is never reached: ' || coalesce(earlier_life_cycle" ~ blank
    ~ " || ' comes first and takes all its customers'",
    "coalesce(max_tenure_days_text, 'blank') || ', ' || coalesce(max_recency_days_text, 'blank')",
    "'a lower max_tenure_days or max_recency_days there, or a later priority'"
) }}
union all
{{ dbt_rfm.policy_check_keys('limits', limits_seed, ['alert', 'limit_name']) }}
union all
{{ dbt_rfm.policy_check_word(
    'limits', limits_seed, 'alert', alert_limits | list, where='alert is not null'
) }}
{%- for alert, names in alert_limits.items() %}
union all
{{ dbt_rfm.policy_check_word(
    'limits', limits_seed, 'limit_name', names, "' of alert " ~ alert ~ "'",
    "alert = '" ~ alert ~ "' and limit_name is not null"
) }}
{%- endfor %}
union all
{{ dbt_rfm.policy_check(
    'known_limits',
    limits_seed,
    'not exists (select 1 as found from limits where limits.alert = known_limits.alert'
    ~ ' and limits.limit_name = known_limits.limit_name)',
    "'the limit ' || limit_name || ' of alert ' || alert || ' is missing'",
    none_found,
    "'a row for it'"
) }}
{%- set from_one = ['min_days_overdue', 'min_ranks_lost'] -%}
{%- set from_any = ['min_interval_ratio', 'max_amount_share'] %}
union all
{{ dbt_rfm.policy_check_number(
    'limits', limits_seed, 'value',
    'value between 1 and 1000000 and value = floor(value)', 'a whole number from 1 to 1000000',
    of_limit, where='limit_name in (' ~ dbt_rfm.text_list(from_one) ~ ')'
) }}
union all
{{ dbt_rfm.policy_check_number(
    'limits', limits_seed, 'value',
    'value between 0 and 1000000', 'a number from 0 to 1000000 with at most 6 decimals, such as 0.2',
    of_limit, where='limit_name in (' ~ dbt_rfm.text_list(from_any) ~ ')'
) }}
union all
{{ dbt_rfm.policy_check_number(
    'limits', limits_seed, 'value',
    'value between 0 and 1000000 and value = floor(value)', 'a whole number from 0 to 1000000',
    of_limit,
    where='(limit_name is null or limit_name not in ('
    ~ dbt_rfm.text_list(from_one + from_any) ~ '))'
) }}
