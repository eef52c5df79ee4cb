{# The words that a policy cell may hold, in one place: the checks and the methods read them here. #}
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
        'target_metric': [
            'repurchase_rate', 'customers', 'revenue', 'mean_recency_days', 'mean_frequency',
            'mean_monetary',
        ],
    }[name]) -}}
{% endmacro %}
