{# The words that a policy cell may hold, in one place: the checks and the methods read them here.
   alert_limit is a map: alert -> names of its limits.
   measured_metric and scored_metric are the columns that customers are measured and scored in: beside
   the metrics of orders, those that own measures take where there is an input for them. #}
{% macro rfm_allowed_values(name) %}
    {%- set order_metrics = [
        'recency', 'frequency', 'monetary', 'quantity', 'average_order_value',
    ] -%}
    {%- set own_measures = dbt_rfm.own_measure_metrics() -%}
    {{- return({
        'metric': order_metrics + ['identity'],
        'order_metric': order_metrics,
        'measured_metric': order_metrics + own_measures,
        'scored_metric': order_metrics + own_measures + ['identity'],
        'method': ['ntile', 'quantile', 'threshold', 'min_max', 'lookup'],
        'direction': ['higher_is_better', 'lower_is_better'],
        'population': ['active_in_window', 'ever_ordered'],
        'period': ['day', 'week', 'month', 'quarter', 'year'],
        'tier_method': ['score', 'rules'],
        'window': ['scheme', 'all'],
        'behaviour_kind': ['order_value', 'discount_rate', 'churn_risk'],
        'alert_limit': {
            'churn_risk': [
                'priority', 'min_intervals', 'order_again_probability_below', 'max_recency_days',
            ],
            'overdue_follow_up': ['priority', 'min_days_overdue'],
            'late': ['priority', 'min_intervals', 'min_days_late', 'max_recency_days'],
            'tier_dropped_risk': [
                'priority', 'min_ranks_lost', 'max_days_ahead', 'order_again_probability_below',
            ],
            'near_upgrade': [
                'priority', 'max_orders_missing', 'max_amount_share', 'max_recency_days',
            ],
            'about_to_order': ['priority', 'min_intervals', 'max_days_ahead'],
        },
        'outcome_effect': ['hold', 'apologise_first', 'other_offer'],
        'target_metric': [
            'repurchase_rate', 'customers', 'revenue', 'mean_recency_days', 'mean_frequency',
            'mean_monetary',
        ],
    }[name]) -}}
{% endmacro %}
