{# A query over all policy seeds: the shipped rows and those of rfm_policy, as text, with the name of
   the seed. A column that a seed lacks is null in its rows.
   A scheme that stands in the user's rfm_schemes replaces the shipped one of that name in every
   seed, so its shipped rows are left out. Seeds without schemes, such as bands, mean something only
   as a whole: the user's seed replaces the shipped one. Category aliases and placeholders of ids stand
   each for itself and are added. Provenance is for readers and not taken along. #}
{% macro policy_cells() -%}
    {%- set seeds = dbt_rfm.rfm_policy_columns() -%}
    {%- set names = seeds.values() | sum(start=[]) | unique | list -%}
    {%- set own = dbt_rfm.rfm_setting('rfm_policy') -%}
    {%- if own -%}
        {#- The columns of own seeds are looked up there. -#}
        {%- do ref('dbt_rfm', 'stg_rfm__input_check') -%}
    {%- endif -%}
    {%- set sources = [] -%}
    {%- for seed, columns in seeds.items() -%}
        {%- set is_added = 'scheme' in columns or seed in ['rfm_category_aliases', 'rfm_placeholder_ids'] -%}
        {%- if is_added or own.get(seed) is not string -%}
            {%- do sources.append({'seed': seed, 'relation': ref('dbt_rfm', seed)}) -%}
        {%- endif -%}
        {%- if own.get(seed) is string -%}
            {%- do sources.append(
                {'seed': seed, 'relation': dbt_rfm._user_ref(own[seed]), 'is_own': true}
            ) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- set text = dbt.type_string() -%}
    {%- for source in sources %}
    {%- set is_first = loop.first %}
    select '{{ source.seed }}'{{ ' as seed' if is_first }}
        {%- for name in names -%}
        , {#- The shipped seeds are loaded with quoted names, for some are reserved words. #}
        {%- if name in seeds[source.seed] %} cast(cells.{{ name if source.is_own else adapter.quote(name) }} as {{ text }})
        {%- else %} {{ 'cast(null as ' ~ text ~ ')' if is_first else 'null' }}
        {%- endif %}
        {%- if is_first %} as {{ dbt_rfm.policy_column(name) }}{% endif %}
        {%- endfor %}
    from {{ source.relation }} as cells
    {%- if own.get('rfm_schemes') is string and 'scheme' in seeds[source.seed] and not source.is_own %}
    where not exists (
        select 1 as is_replaced
        from {{ dbt_rfm._user_ref(own['rfm_schemes']) }} as own_schemes
        where {{ dbt_rfm.strip('own_schemes.scheme') }} = {{ dbt_rfm.strip('cells.' ~ adapter.quote('scheme')) }}
    )
    {%- endif %}
    {%- if not loop.last %}
    union all
    {%- endif %}
    {%- endfor %}
{%- endmacro %}
