{# A query over a policy seed: the shipped rows and those of rfm_policy, as stripped text.
   A scheme that stands in the user's rfm_schemes replaces the shipped one of that name in every
   seed, so its shipped rows are left out. Seeds without schemes, such as bands, mean something only
   as a whole: the user's seed replaces the shipped one. Category aliases and placeholders of ids stand
   each for itself and are added. Provenance is for readers and not taken along. The shipped seeds are loaded with quoted
   names, for some are reserved words, and so have to be read by them. #}
{% macro rfm_policy_rows(seed) -%}
    {%- set own = dbt_rfm.rfm_setting('rfm_policy') -%}
    {%- if own -%}
        {#- The columns of own seeds are looked up there. -#}
        {%- do ref('dbt_rfm', 'stg_rfm__input_check') -%}
    {%- endif -%}
    {%- set columns = dbt_rfm.rfm_policy_columns()[seed] -%}
    {%- set aliases = {'window': 'metric_window'} -%}{# window is a reserved word #}
    {%- set is_added = 'scheme' in columns or seed in ['rfm_category_aliases', 'rfm_placeholder_ids'] -%}
    {%- if is_added or own.get(seed) is not string %}
    select
    {%- for column in columns %}
        {{ dbt_rfm.strip('shipped.' ~ adapter.quote(column)) }}
            as {{ dbt_rfm.column_name(aliases.get(column, column)) }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
    from {{ ref('dbt_rfm', seed) }} as shipped
    {%- if own.get('rfm_schemes') is string and 'scheme' in columns %}
    where not exists (
        select 1 as is_replaced
        from {{ dbt_rfm._user_ref(own['rfm_schemes']) }} as own_schemes
        where {{ dbt_rfm.strip('own_schemes.scheme') }} = {{ dbt_rfm.strip('shipped.' ~ adapter.quote('scheme')) }}
    )
    {%- endif %}
    {%- endif %}
    {%- if own.get(seed) is string %}
    {%- if is_added %}
    union all
    {%- endif %}
    select
    {%- for column in columns %}
        {{ dbt_rfm.strip('own.' ~ column) }}
            as {{ dbt_rfm.column_name(aliases.get(column, column)) }}
        {%- if not loop.last %},{% endif %}
    {%- endfor %}
    from {{ dbt_rfm._user_ref(own[seed]) }} as own
    {%- endif %}
{%- endmacro %}
