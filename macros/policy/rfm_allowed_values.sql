{# The words that a policy cell may hold, in one place: the checks and the methods read them here.
   alert_limit is a map: alert -> names of its limits. #}
{% macro rfm_allowed_values(name) %}
    {{- return({
        'metric': [
            'recency', 'frequency', 'monetary', 'quantity', 'average_order_value', 'identity',
        ],
        'measured_metric': [
            'recency', 'frequency', 'monetary', 'quantity', 'average_order_value',
        ],
        'method': ['ntile', 'quantile', 'threshold', 'min_max', 'lookup'],
        'direction': ['higher_is_better', 'lower_is_better'],
        'population': ['active_in_window', 'ever_ordered'],
        'period': ['day', 'week', 'month', 'quarter', 'year'],
        'tier_method': ['score', 'rules'],
        'window': ['scheme', 'all'],
        'behaviour_kind': ['order_value', 'discount_rate', 'churn_risk'],
        'alert_limit': {
            'churn_risk': ['min_intervals', 'min_interval_ratio', 'max_recency_days'],
            'overdue_follow_up': ['min_days_overdue'],
            'about_to_order': ['min_intervals', 'max_days_ahead'],
            'tier_dropped_risk': ['min_ranks_lost', 'max_days_ahead'],
            'near_upgrade': ['max_orders_missing', 'max_amount_share', 'max_recency_days'],
        },
        'target_metric': [
            'repurchase_rate', 'customers', 'revenue', 'mean_recency_days', 'mean_frequency',
            'mean_monetary',
        ],
    }[name]) -}}
{% endmacro %}
