{# The columns of each policy seed that the project reads. #}
{% macro rfm_policy_columns() %}
    {{- return({
        'rfm_schemes': [
            'scheme', 'title', 'title_zh', 'window_start', 'window_months', 'population',
            'refresh_period', 'score_decimals', 'tier_method',
        ],
        'rfm_scheme_metrics': [
            'scheme', 'metric', 'method', 'weight', 'direction', 'levels', 'baseline_metric',
            'window',
        ],
        'rfm_score_bins': [
            'scheme', 'metric', 'score', 'lower_bound', 'lower_inclusive', 'upper_bound',
            'upper_inclusive',
        ],
        'rfm_tiers': [
            'scheme', 'tier', 'tier_rank', 'label', 'label_zh', 'min_score', 'max_score',
        ],
        'rfm_tier_rules': [
            'scheme', 'priority', 'tier', 'recency_min', 'recency_max', 'frequency_min',
            'frequency_max', 'monetary_min', 'monetary_max',
        ],
        'rfm_follow_up_cadences': [
            'scheme', 'tier', 'contacts_min', 'contacts_max', 'every_n', 'period', 'action',
            'action_zh',
        ],
        'rfm_identity_weights': ['scheme', 'identity', 'weight'],
        'rfm_behaviour_bands': [
            'kind', 'band', 'lower_bound', 'upper_bound', 'label', 'label_zh',
        ],
        'rfm_price_sensitivity': ['discount_band', 'order_value_band', 'price_sensitivity'],
        'rfm_life_cycles': [
            'life_cycle', 'priority', 'max_tenure_days', 'max_recency_days', 'label', 'label_zh',
            'contact_within_days', 'offer', 'offer_zh',
        ],
        'rfm_alert_limits': ['alert', 'limit_name', 'value'],
        'rfm_channel_labels': ['channel', 'label', 'label_zh', 'phrase', 'phrase_zh'],
        'rfm_strategies': [
            'scheme', 'tier', 'strategy', 'strategy_zh', 'offer', 'offer_zh',
            'new_customer_offer', 'new_customer_offer_zh', 'target_metric', 'target_change',
            'target', 'target_zh', 'is_win_back',
        ],
        'rfm_contact_outcomes': [
            'outcome', 'effect', 'holds_for_days', 'note', 'note_zh', 'offer', 'offer_zh',
        ],
        'rfm_category_aliases': ['alias', 'category'],
        'rfm_placeholder_ids': ['id', 'applies_to'],
    }) -}}
{% endmacro %}
