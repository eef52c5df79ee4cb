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
        'rfm_category_aliases': ['alias', 'category'],
    }) -}}
{% endmacro %}
