{# The key of each policy seed: columns of stg_rfm__policy. #}
{% macro policy_keys() %}
    {{- return({
        'rfm_schemes': ['scheme'],
        'rfm_scheme_metrics': ['scheme', 'metric'],
        'rfm_score_bins': ['scheme', 'metric', 'score_text'],
        'rfm_tiers': ['scheme', 'tier'],
        'rfm_tier_rules': ['scheme', 'priority_text'],
        'rfm_follow_up_cadences': ['scheme', 'tier'],
        'rfm_identity_weights': ['scheme', 'identity'],
        'rfm_strategies': ['scheme', 'tier'],
        'rfm_behaviour_bands': ['kind', 'band'],
        'rfm_price_sensitivity': ['discount_band', 'order_value_band'],
        'rfm_life_cycles': ['life_cycle'],
        'rfm_alert_limits': ['alert', 'limit_name'],
        'rfm_contact_outcomes': ['outcome'],
        'rfm_channel_labels': ['channel'],
        'rfm_category_aliases': ['alias'],
        'rfm_placeholder_ids': ['id', 'applies_to'],
    }) -}}
{% endmacro %}
