{# The columns of policy seeds that hold no plain word, by what they hold. stg_rfm__policy has the cell
   as written beside each, in a column with _text. #}
{% macro policy_types() %}
    {{- return({
        'number': [
            'weight', 'score', 'lower_bound', 'upper_bound', 'min_score', 'max_score', 'recency_min',
            'recency_max', 'frequency_min', 'frequency_max', 'monetary_min', 'monetary_max', 'value',
            'target_change',
        ],
        'integer': [
            'window_months', 'score_decimals', 'levels', 'tier_rank', 'priority', 'contacts_min',
            'contacts_max', 'every_n', 'max_tenure_days', 'max_recency_days',
            'contact_within_days', 'holds_for_days',
        ],
        'flag': ['lower_inclusive', 'upper_inclusive', 'is_win_back'],
        'date': ['window_start'],
        'word with a default': ['baseline_metric'],
    }) -}}
{% endmacro %}
