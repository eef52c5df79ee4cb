{# What a tier's target asks for: its metric times (1 + target_change). `measured` is a relation with
   the metrics of a tier, `strategies` one as the policy's. #}
{% macro target_value(measured, strategies) -%}
case
    -- No rate is above 1.
    when
        {{ strategies }}.target_metric = 'repurchase_rate'
        and {{ measured }}.repurchase_rate
        * (1 + {{ dbt_rfm.decimal(strategies ~ '.target_change', 8, 6) }}) > 1
        then {{ dbt_rfm.decimal('1') }}
    {%- for metric in dbt_rfm.rfm_allowed_values('target_metric') %}
    when {{ strategies }}.target_metric = '{{ metric }}'
        then {{ dbt_rfm.decimal(
            'round(' ~ dbt_rfm.decimal(measured ~ '.' ~ metric) ~ ' * (1 + '
            ~ dbt_rfm.decimal(strategies ~ '.target_change', 8, 6) ~ '), 6)'
        ) }}
    {%- endfor %}
end
{%- endmacro %}
